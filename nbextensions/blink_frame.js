// The canvas with what is said over it, and what the pointer does there.
import { centreOf } from "./blink_canvas.js";
import { element } from "./dom.js";

/** @param {any} view @param {AbortSignal} signal */
export function framePart(view, signal) {
  const number = element("div", { class: "astrolib-blink-number" }); // no live region: it changes with each frame
  const pixel = element("div", { class: "astrolib-blink-pixel" });
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
  canvas.addEventListener("lostpointercapture", () => (from = null), options);
  canvas.addEventListener("pointermove", (event) => {
    if (from) {
      view.panBy(event.clientX - from[0], from[1] - event.clientY);
      from = [event.clientX, event.clientY];
    } else pixel.textContent = valueUnder(view, event);
  }, options);
  canvas.addEventListener("pointerleave", () => (pixel.textContent = ""), options);
}

/** The raw value under the pointer, with its place in the cutout. */
function valueUnder(view, { offsetX, offsetY }) {
  if (!view.cutouts) return "";
  const { cutouts, look, side } = view;
  const { index } = view.player;
  const [centreX, centreY] = centreOf(cutouts, index, look);
  const column = Math.round(centreX + (offsetX - side / 2) / look.zoom - cutouts.x0[index]);
  const row = Math.round(centreY - (offsetY - side / 2) / look.zoom - cutouts.y0[index]);
  const value = view.valueAt(index, column, row);
  return Number.isFinite(value) ? `pixel ${column}, ${row}: ${value.toFixed(Math.abs(value) < 100 ? 1 : 0).replace("-", "−")} ADU` : "";
}
