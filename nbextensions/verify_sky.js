// A picture of the sky around a candidate, and on it every source that the catalogues know.
import { element, follow } from "./dom.js";
import { askingLine, failedBox } from "./verify_around.js";

const SIDE = 300; // of the drawing, in its own units
const WIDEST = 90; // shown without a picture [arcsec]
const DRAWING = "http://www.w3.org/2000/svg";
const DARK = '[data-jp-theme-light="false"]';

/** @param {any} model @param {AbortSignal} signal @param {{at: Function, follow: Function}} pointed */
export function skyPart(model, signal, pointed) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const marks = svgElement("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" });
  const said = element("div", { class: "astrolib-note" });
  const frame = element("div", { class: "astrolib-verify-frame" }, canvas, marks);
  const part = element("figure", { class: "astrolib-verify-sky" }, frame, said);
  const again = () => model.send({ again: "image" });
  follow(model, signal, ["picture", "pixels"], () => {
    paint(canvas, model.get("pixels"), model.get("picture").side);
    said.replaceChildren(skySaid(model.get("picture"), again));
  });
  follow(model, signal, ["picture", "around"], () => drawMarks(marks, model, pointed));
  pointed.follow((row) => {
    for (const one of marks.querySelectorAll("[data-row]")) one.classList.toggle("astrolib-verify-pointed", Number(one.dataset.row) === row);
  });
  const themed = new MutationObserver(() => paint(canvas, model.get("pixels"), model.get("picture").side));
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  signal.addEventListener("abort", () => themed.disconnect());
  return part;
}

function skySaid({ phase, reason, survey, fov }, again) {
  if (phase === "asking") return askingLine("Asking for a picture…");
  if (phase === "failed") return failedBox([`No picture: ${reason}`], again);
  if (phase === "none") return element("span", {}, "No survey picture here; the marks are those of the catalogues.");
  return element("span", {}, survey ? `${survey}, ${Math.round(fov)}″ wide` : "");
}

/** Paint stars dark on light paper, as on a plate, and light on dark. */
function paint(canvas, view, side) {
  canvas.hidden = !side;
  if (!side) return;
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(side, side);
  const night = document.querySelector(DARK) !== null;
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const grey = view.getUint8(pixel);
    picture.data.fill(night ? grey : 255 - grey, 4 * pixel, 4 * pixel + 3);
    picture.data[4 * pixel + 3] = 255;
  }
  pen.putImageData(picture, 0, 0);
}

// ---- marks --------------------------------------------------------------------------------------

function svgElement(name, attributes, ...children) {
  const made = document.createElementNS(DRAWING, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

function drawMarks(svg, model, pointed) {
  const { rows, worst } = model.get("around");
  const scale = SIDE / (model.get("picture").fov || WIDEST); // units an arcsecond
  const spot = ({ separation, position_angle: angle }) => {
    const turn = (angle * Math.PI) / 180;
    return [SIDE / 2 - separation * Math.sin(turn) * scale, SIDE / 2 - separation * Math.cos(turn) * scale];
  };
  svg.replaceChildren(circleMark(SIDE / 2, SIDE / 2, 30 * scale, "astrolib-verify-radius"), cross(scale), ...compass(scale));
  const trap = worst && rows.find((row) => row.trap && row.mag === worst.mag);
  rows.forEach((row, number) => row.own || svg.append(sourceMark(row, number, spot(row), pointed, row === trap)));
  svg.setAttribute("aria-label", `The sky around the candidate, north up and east to the left, with ${rows.length} sources${trap ? "; a bright star may have spoilt the spectrum" : ""}.`);
}

const circleMark = (cx, cy, r, css) => svgElement("circle", { cx, cy, r, class: css });

/** The candidate: four strokes that leave it free. */
function cross(scale) {
  const [near, far] = [3 * scale, 7 * scale];
  const strokes = [[0, 1], [0, -1], [1, 0], [-1, 0]].map(([x, y]) => `M${SIDE / 2 + x * near} ${SIDE / 2 + y * near}L${SIDE / 2 + x * far} ${SIDE / 2 + y * far}`);
  return svgElement("path", { d: strokes.join(""), class: "astrolib-verify-cross" });
}

/** Where north and east are, and how long ten arcseconds are. */
function compass(scale) {
  const word = (text, x, y, anchor) => svgElement("text", { x, y, "text-anchor": anchor, class: "astrolib-verify-word" }, text);
  const lines = `M${SIDE - 14} ${SIDE - 42}v30h-30M14 ${SIDE - 12}h${10 * scale}m0 -3v6m${-10 * scale} -6v6`;
  return [
    svgElement("path", { d: lines, class: "astrolib-verify-compass" }),
    word("N", SIDE - 14, SIDE - 47, "middle"),
    word("E", SIDE - 48, SIDE - 8, "end"),
    word("10″", 14 + 5 * scale, SIDE - 18, "middle"),
  ];
}

function sourceMark(row, number, [x, y], pointed, isWorst) {
  const group = svgElement(
    "g",
    { "data-row": number, class: `astrolib-verify-source${row.trap ? " astrolib-verify-spoils" : ""}` },
    circleMark(x, y, row.trap ? 21 : 9, "astrolib-verify-ring"),
    ...sourceWords(row, number, x, y, isWorst),
  );
  group.addEventListener("pointerenter", () => pointed.at(number));
  group.addEventListener("pointerleave", () => pointed.at(-1));
  return group;
}

function sourceWords(row, number, x, y, isWorst) {
  const right = isWorst ? x > SIDE - 110 : row.trap || x > SIDE - 40;
  const gap = row.trap ? 25 : 12;
  const said = isWorst ? `${row.mag.toFixed(1)} mag, ${row.separation.toFixed(0)}″` : String(number + 1);
  return [svgElement("text", { x: x + (right ? -gap : gap), y: y + 4, "text-anchor": right ? "end" : "start", class: "astrolib-verify-word" }, said)];
}
