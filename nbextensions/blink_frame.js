// The canvas with what is said over it, and beside it all cutouts as small multiples.
import { element, icon } from "./dom.js";

const THUMB = 60; // side of a small cutout [CSS pixels]
const AROUND = 44; // pixels of the frame that it shows

/** @param {any} view @param {AbortSignal} signal */
export function framePart(view, signal) {
  const number = element("output", { class: "astrolib-blink-number" });
  const pixel = element("output", { class: "astrolib-blink-pixel" });
  const empty = element("div", { class: "astrolib-empty" }, "There are no cutouts of this object.");
  const place = element("div", { class: "astrolib-blink-frame" }, view.canvas, number, pixel, empty);
  view.onFrame.push((index) => {
    const { obstime, measured, frame } = view.about.positions[index];
    const said = view.invalid.has(frame) ? " · invalid" : measured ? "" : " · not measured";
    number.textContent = `${index + 1} / ${view.cutouts.frames} · ${obstime.slice(11, 19)} UTC${said}`;
  });
  view.onLook.push(() => {
    empty.hidden = Boolean(view.cutouts);
    number.hidden = pixel.hidden = !view.cutouts;
    view.canvas.setAttribute("aria-label", `Cutouts of ${view.about.id}, ${view.look.align === "sky" ? "the sky" : "the object"} at rest`);
  });
  watchPointer(view, signal, pixel);
  const watcher = new ResizeObserver(() => view.resized());
  watcher.observe(view.canvas);
  const theme = new MutationObserver(() => requestAnimationFrame(view.resized));
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  signal.addEventListener("abort", () => [watcher, theme].forEach((one) => one.disconnect()));
  return place;
}

/** The wheel zooms, dragging moves, a double click goes home; the value under the pointer is told. */
function watchPointer(view, signal, pixel) {
  const { canvas } = view;
  let from = null;
  const options = { signal };
  canvas.addEventListener("wheel", (event) => (event.preventDefault(), view.zoom(event.deltaY < 0 ? 1 : -1)), { signal, passive: false });
  canvas.addEventListener("dblclick", view.home, options);
  canvas.addEventListener("pointerdown", (event) => ((from = [event.clientX, event.clientY]), canvas.setPointerCapture(event.pointerId)), options);
  canvas.addEventListener("pointerup", () => (from = null), options);
  canvas.addEventListener("pointermove", (event) => {
    if (from) {
      view.panBy(event.clientX - from[0], from[1] - event.clientY);
      from = [event.clientX, event.clientY];
    } else pixel.textContent = valueUnder(view, event);
  }, options);
  canvas.addEventListener("pointerleave", () => (pixel.textContent = ""), options);
}

function valueUnder(view, { offsetX, offsetY }) {
  if (!view.cutouts) return "";
  const { x, y, x0, y0, size } = view.cutouts;
  const { index } = view.player;
  const [pan, zoom, onObject] = [view.look.pan, view.look.zoom, view.look.align === "object"];
  const between = (corners) => (Math.min(...corners) + Math.max(...corners) + size - 1) / 2;
  const [centreX, centreY] = onObject ? [x[index] + x0[index], y[index] + y0[index]] : [between(x0), between(y0)];
  const column = Math.round(centreX + pan[0] + (offsetX - view.side / 2) / zoom - x0[index]);
  const row = Math.round(centreY + pan[1] - (offsetY - view.side / 2) / zoom - y0[index]);
  const value = view.valueAt(index, column, row);
  return Number.isFinite(value) ? `pixel ${column}, ${row}: ${value.toFixed(Math.abs(value) < 100 ? 1 : 0).replace("-", "−")} ADU` : "";
}

// ---- all cutouts side by side -------------------------------------------------------------------

/** One small cutout a frame, the object in its middle; a click shows the frame. */
export function stripPart(view) {
  const strip = element("div", { class: "astrolib-blink-strip", role: "group", "aria-label": "All cutouts" });
  let thumbs = [];
  view.onLook.push(() => {
    const count = view.cutouts?.frames ?? 0;
    if (thumbs.length !== count) {
      thumbs = Array.from({ length: count }, (_, index) => thumb(view, index));
      strip.replaceChildren(...thumbs.map(({ button }) => button));
    }
    thumbs.forEach((one, index) => drawThumb(view, one, index));
  });
  view.onFrame.push((shown) => {
    for (const [index, { button }] of thumbs.entries()) button.classList.toggle("astrolib-blink-current", index === shown);
  });
  return strip;
}

function thumb(view, index) {
  const dense = window.devicePixelRatio || 1;
  const canvas = element("canvas", { width: THUMB * dense, height: THUMB * dense, "aria-hidden": "true" });
  const label = element("span", {});
  const sign = icon("cross");
  const button = element("button", { type: "button", class: "astrolib-bare astrolib-blink-thumb", onclick: () => view.goTo(index) }, canvas, label, sign);
  return { button, canvas, label };
}

function drawThumb(view, { button, canvas, label }, index) {
  const { size, x, y } = view.cutouts;
  const { measured, frame } = view.about.positions[index];
  const context = canvas.getContext("2d");
  const scale = canvas.width / AROUND;
  const [left, top] = [x[index] + 0.5 - AROUND / 2, size - 0.5 - y[index] - AROUND / 2];
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.save();
  context.imageSmoothingEnabled = false;
  context.beginPath(); // the atlas goes on above and below with other frames
  context.rect(-left * scale, -top * scale, size * scale, size * scale);
  context.clip();
  context.drawImage(view.atlas, 0, index * size, size, size, -left * scale, -top * scale, size * scale, size * scale);
  context.restore();
  const invalid = view.invalid.has(frame);
  button.classList.toggle("astrolib-blink-invalid", invalid);
  button.classList.toggle("astrolib-blink-expected", !measured);
  const said = invalid ? "invalid" : measured ? "" : "not measured";
  label.textContent = `${index + 1}`;
  button.title = `Frame ${index + 1}, ${frame}${said ? `: ${said}` : ""}`;
}
