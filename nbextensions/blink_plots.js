// Light curve and residuals: a point a frame, its error, which frame is shown, which position does not count.
import { element } from "./dom.js";

const PLOT = { top: 8, right: 18, bottom: 36, left: 58 }; // pixels
const HEIGHT = 164;
const BESIDE = 4; // pixels between points of several curves at one time

const svgPart = (name, attributes, text = "") => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  made.textContent = text;
  return made;
};

/**
 * @typedef {{name: string, colour: string, values: (number | null)[], errors: (number | null)[]}} Curve
 * @typedef {{title: string, label: string, empty: string, times: number[], valid: boolean[], curves: Curve[],
 *   flipped?: boolean, zero?: boolean}} Plot
 */

/**
 * A place for a plot over time; a click on a point shows its frame.
 * @param {AbortSignal} signal
 * @param {(index: number) => void} pick
 */
export function plotPlace(signal, pick) {
  const place = element("div", { class: "astrolib-blink-plot" });
  const caption = element("figcaption", { class: "astrolib-row astrolib-spread" });
  const figure = element("figure", { class: "astrolib-blink-figure" }, caption, place);
  let [plot, now, rule, across] = [null, 0, null, null];

  function draw() {
    if (!plot || !place.clientWidth) return;
    caption.replaceChildren(element("b", {}, plot.title), curveNames(plot.curves));
    const known = plot.curves.some(({ values }) => values.some((value) => value !== null));
    if (!known) {
      rule = null;
      return place.replaceChildren(element("p", { class: "astrolib-note" }, plot.empty));
    }
    across = alongAxis(plot.times, PLOT.left, place.clientWidth - PLOT.right, 0.06);
    const svg = plotted(plot, across, place.clientWidth, pick);
    rule = svg.querySelector(".astrolib-blink-now");
    place.replaceChildren(svg);
    point(now);
  }
  function point(index) {
    now = index;
    if (!rule || !plot || plot.times[index] === undefined) return;
    rule.setAttribute("transform", `translate(${across(plot.times[index])} 0)`);
  }
  const watcher = new ResizeObserver(draw);
  watcher.observe(place);
  signal.addEventListener("abort", () => watcher.disconnect());
  return { figure, point, show: (given) => ((plot = given), draw()) };
}

function curveNames(curves) {
  if (curves.length < 2) return element("span");
  const names = curves.map(({ name, colour }) => {
    const dot = element("span", { class: "astrolib-blink-dot" });
    dot.style.background = colour;
    return element("span", { class: "astrolib-group" }, dot, name);
  });
  return element("span", { class: "astrolib-row astrolib-note" }, ...names);
}

/** A function from values to pixels, with the ends of its range. */
function alongAxis(values, from, to, air, flipped = false) {
  let [low, high] = [Math.min(...values), Math.max(...values)];
  const more = air * (high - low) || Math.max(0.05, Math.abs(high) * 0.01);
  [low, high] = [low - more, high + more];
  const [first, last] = flipped ? [high, low] : [low, high];
  return Object.assign((value) => from + ((value - first) / (last - first)) * (to - from), { low, high });
}

function tickValues(low, high, wanted) {
  const power = 10 ** Math.floor(Math.log10(high - low));
  const step = [5, 2, 1, 0.5, 0.2, 0.1].map((factor) => factor * power).find((one) => (high - low) / one >= wanted) ?? power;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(high / step + 1e-9) - first + 1) }, (_, number) => {
    const value = (first + number) * step;
    return { value, text: value.toFixed(digits).replace(/^-(?=.*[1-9])/, "−").replace(/^-/, "") };
  });
}

function plotted(plot, across, width, pick) {
  const bottom = HEIGHT - PLOT.bottom;
  const ends = plot.curves.flatMap(({ values, errors }) => values.flatMap((value, index) => (value === null ? [] : [value - (errors[index] ?? 0), value + (errors[index] ?? 0)])));
  const up = alongAxis(plot.zero ? [0, ...ends] : ends, bottom, PLOT.top, 0.08, plot.flipped);
  const svg = svgPart("svg", { width, height: HEIGHT, role: "img", "aria-label": `${plot.title}, ${plot.label} against time` });
  for (const { value, text } of tickValues(up.low, up.high, 2.2)) {
    const isZero = plot.zero && Math.abs(value) < 1e-12;
    svg.append(svgPart("line", { class: isZero ? "astrolib-blink-zero" : "astrolib-blink-rule", x1: PLOT.left, x2: width - PLOT.right, y1: up(value), y2: up(value) }));
    svg.append(svgPart("text", { x: PLOT.left - 6, y: up(value) + 4, "text-anchor": "end" }, text));
  }
  for (const { value, text } of tickValues(across.low, across.high, Math.max(2.2, width / 200)))
    svg.append(svgPart("text", { x: across(value), y: bottom + 15, "text-anchor": "middle" }, text));
  svg.append(
    svgPart("line", { class: "astrolib-blink-axis", x1: PLOT.left, x2: width - PLOT.right, y1: bottom, y2: bottom }),
    svgPart("text", { class: "astrolib-blink-label", x: (PLOT.left + width - PLOT.right) / 2, y: HEIGHT - 5, "text-anchor": "middle" }, "time since the first frame [h]"),
    svgPart("text", { class: "astrolib-blink-label", transform: `translate(11 ${(PLOT.top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, plot.label),
    svgPart("line", { class: "astrolib-blink-now", y1: PLOT.top, y2: bottom }),
  );
  plot.curves.forEach((curve, number) => svg.append(...points(plot, curve, across, up, (number - (plot.curves.length - 1) / 2) * BESIDE, pick)));
  return svg;
}

function points({ times, valid }, { name, colour, values, errors }, across, up, aside, pick) {
  return times.flatMap((time, index) => {
    const value = values[index];
    if (value === null || value === undefined) return [];
    const [left, top, error] = [across(time) + aside, up(value), errors[index]];
    const group = svgPart("g", { class: `astrolib-blink-point${valid[index] ? "" : " astrolib-blink-out"}`, style: `--astrolib-blink-colour: ${colour}` });
    if (error) group.append(svgPart("path", { d: `M${left} ${up(value - error)}V${up(value + error)}` }));
    group.append(svgPart("circle", { cx: left, cy: top, r: 3.5 }));
    if (!valid[index]) group.append(svgPart("path", { d: `M${left - 5} ${top - 5}l10 10M${left + 5} ${top - 5}l-10 10` }));
    group.append(svgPart("title", {}, `Frame ${index + 1}: ${name} ${value.toFixed(3).replace("-", "−")}${error ? ` ± ${error.toFixed(3)}` : ""}`));
    group.addEventListener("click", () => pick(index));
    return [group];
  });
}
