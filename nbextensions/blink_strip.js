// All cutouts as small multiples, the object in the middle of each.
import { element, icon } from "./dom.js";

const THUMB = 60; // side of a small cutout [CSS pixels]
const AROUND = 44; // pixels of the frame that it shows

/** A click shows the frame. @param {any} view */
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
  const button = element("button", { type: "button", class: "astrolib-bare astrolib-blink-thumb", onclick: () => (view.goTo(index), view.focus()) }, canvas, label, sign);
  return { button, canvas, label };
}

/** The middle of the cutout, as far as `AROUND` goes. */
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
  const said = invalid ? ": invalid" : measured ? "" : ": not measured";
  label.textContent = `${index + 1}`;
  button.title = `Frame ${index + 1}, ${frame}${said}`;
  button.setAttribute("aria-label", `Show frame ${index + 1}${said}`);
}
