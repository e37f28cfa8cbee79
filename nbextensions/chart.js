// Small charts with axes, drawn as wide as their place: curves, points with intervals, a readout under the pointer.
import { element } from "./dom.js";

const MARGIN = { top: 10, right: 14, bottom: 42, left: 54 }; // pixels
const SVG = "http://www.w3.org/2000/svg";
const ASIDE = 5; // pixels between points of several series at one place

/**
 * One curve; `low` and `high` are the ends of intervals, null where there is none.
 * @typedef {{name: string, x: number[], y: (number | null)[], low?: (number | null)[], high?: (number | null)[],
 *   colour: string, dashed?: boolean, faint?: boolean, points?: boolean}} Series
 * @typedef {{title: string, about?: string, height?: number, empty?: string, series: Series[],
 *   x: {label: string, range?: [number, number], whole?: boolean}, y: {label: string, range?: [number, number], floor?: number}}} Chart
 */

/**
 * Make a place for a chart that follows its width.
 * @param {AbortSignal} signal
 * @returns {{figure: HTMLElement, show: (chart: Chart) => void}}
 */
export function chartPlace(signal) {
  const place = element("div", { class: "astrolib-chart-place" });
  const caption = element("figcaption", { class: "astrolib-chart-caption" });
  const readout = element("output", { class: "astrolib-chart-readout astrolib-note" });
  const figure = element("figure", { class: "astrolib-chart" }, caption, place, readout);
  /** @type {Chart | null} */
  let chart = null;
  const draw = () => {
    if (!chart || !place.clientWidth) return;
    const { title, about, series } = chart;
    const known = series.some(({ y }) => y.some((value) => value !== null));
    caption.replaceChildren(element("b", {}, title), ...(known ? [legend(series)] : []));
    readout.textContent = about ?? "";
    if (!known) return place.replaceChildren(element("p", { class: "astrolib-note astrolib-chart-empty" }, chart.empty ?? "Nothing to show yet."));
    place.replaceChildren(picture(chart, place.clientWidth, readout));
  };
  const watch = new ResizeObserver(draw);
  watch.observe(place);
  signal.addEventListener("abort", () => watch.disconnect());
  return {
    figure,
    show(given) {
      chart = given;
      draw();
    },
  };
}

/** Which colour is what; a faint series explains itself. */
function legend(series) {
  const named = series.filter(({ faint }) => !faint);
  if (named.length < 2) return element("span");
  const entries = named.map(({ name, colour, dashed }) => {
    const swatch = element("span", { class: `astrolib-chart-swatch${dashed ? " astrolib-chart-dashed" : ""}` });
    swatch.style.setProperty("--astrolib-swatch", colour);
    return element("span", { class: "astrolib-group" }, swatch, name);
  });
  return element("span", { class: "astrolib-row astrolib-note" }, ...entries);
}

// ---- the picture --------------------------------------------------------------------------------

function picture(chart, width, readout) {
  const height = chart.height ?? 200;
  const x = makeScale(extent(chart.series, ["x"], chart.x.range, chart.x.whole), MARGIN.left, width - MARGIN.right);
  const y = makeScale(floored(extent(chart.series, ["y", "low", "high"], chart.y.range), chart.y.floor), height - MARGIN.bottom, MARGIN.top);
  const svg = shape("svg", { width, height, role: "img", "aria-label": described(chart) });
  svg.append(...grid(chart, x, y, width, height));
  chart.series.forEach((series, place) => svg.append(...drawn(series, x, y, (place - (chart.series.length - 1) / 2) * ASIDE)));
  followPointer(svg, chart, x, height, readout);
  return svg;
}

function shape(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

/** The range of an axis: what is given, else what the series span with a little air. */
function extent(series, names, given, whole = false) {
  if (given) return given;
  const values = series.flatMap((one) => names.flatMap((name) => one[name] ?? [])).filter((value) => value !== null && Number.isFinite(value));
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!values.length) return [0, 1];
  const air = (whole ? 0.03 : 0.05) * (high - low || (whole ? 10 : Math.abs(high) || 1));
  return [low - air, high + air];
}

/** A count begins at its floor. */
const floored = ([low, high], floor) => [floor ?? low, Math.max(high, (floor ?? low) + 1e-9)];

/** @returns {any} a function from values to pixels, with its `range` and `ticks` */
function makeScale([low, high], from, to) {
  const scale = (value) => from + ((value - low) / (high - low)) * (to - from);
  return Object.assign(scale, { range: [low, high], ticks: (room, whole) => ticks(low, high, Math.abs(to - from) / room, whole) });
}

/** Round numbers between two ends, about as many as asked for. */
function ticks(low, high, wanted, whole = false) {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(whole ? 1 : 0, power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, number) => {
    const value = (first + number) * step;
    return { value, text: value.toFixed(digits).replace("-", "−").replace(/^−(0(\.0*)?)$/, "$1") };
  });
}

function grid(chart, x, y, width, height) {
  const bottom = height - MARGIN.bottom;
  const parts = y.ticks(28).flatMap(({ value, text }) => [
    shape("line", { class: "astrolib-chart-rule", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(value), y2: y(value) }),
    shape("text", { class: "astrolib-chart-tick", x: MARGIN.left - 6, y: y(value) + 4, "text-anchor": "end" }, text),
  ]);
  parts.push(
    ...x.ticks(64, chart.x.whole).map(({ value, text }) => shape("text", { class: "astrolib-chart-tick", x: x(value), y: bottom + 16, "text-anchor": "middle" }, text)),
    shape("line", { class: "astrolib-chart-axis", x1: MARGIN.left, x2: width - MARGIN.right, y1: bottom, y2: bottom }),
    shape("text", { class: "astrolib-chart-label", x: (MARGIN.left + width - MARGIN.right) / 2, y: height - 8, "text-anchor": "middle" }, chart.x.label),
    shape("text", { class: "astrolib-chart-label", transform: `translate(13 ${(MARGIN.top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, chart.y.label),
  );
  return parts;
}

// ---- one series ---------------------------------------------------------------------------------

function drawn(series, x, y, aside) {
  const shift = series.points ? aside : 0;
  const places = series.x.map((value, index) => ({ left: x(value) + shift, value: series.y[index], index })).filter(({ value }) => value !== null);
  const path = places.map(({ left, value }, index) => `${index ? "L" : "M"}${left.toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const style = `stroke: ${series.colour}`;
  const names = ["astrolib-chart-line", series.dashed && "astrolib-chart-dashed", series.faint && "astrolib-chart-faint"];
  const parts = [shape("path", { class: names.filter(Boolean).join(" "), d: path, style })];
  if (series.low) parts.push(...places.flatMap(({ left, index }) => interval(series, left, y, index)));
  if (series.points || places.length === 1)
    parts.push(...places.map(({ left, value }) => shape("circle", { class: "astrolib-chart-point", cx: left, cy: y(value), r: 3.5, style: `fill: ${series.colour}` })));
  return parts;
}

function interval({ low, high, colour }, left, y, index) {
  if (low[index] === null || high[index] === null) return [];
  const [bottom, top] = [y(low[index]), y(high[index])];
  const d = `M${left} ${bottom}V${top}M${left - 3} ${bottom}h6M${left - 3} ${top}h6`;
  return [shape("path", { class: "astrolib-chart-interval", d, style: `stroke: ${colour}` })];
}

// ---- reading values -----------------------------------------------------------------------------

const said = (value) => (Math.abs(value) >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(3)).replace("-", "−");

/** What a series says at one of its places, with its interval. */
function saidAt({ name, y, low, high }, index) {
  const ends = low && low[index] !== null && high[index] !== null ? ` (${said(low[index])} to ${said(high[index])})` : "";
  return `${name} ${said(y[index])}${ends}`;
}

/** The last value of each series, for people who do not see the picture. */
function described({ title, series }) {
  const last = series
    .filter(({ faint }) => !faint)
    .map((one) => [one, one.y.findLastIndex((value) => value !== null)])
    .filter(([, index]) => index >= 0);
  return `${title}. Last: ${last.map(([one, index]) => saidAt(one, index)).join(", ")}.`;
}

/** Say under the picture what the curves are where the pointer is. */
function followPointer(svg, chart, x, height, readout) {
  const rule = shape("line", { class: "astrolib-chart-pointer", y1: MARGIN.top, y2: height - MARGIN.bottom, visibility: "hidden" });
  const places = [...new Set(chart.series.flatMap((series) => series.x))];
  svg.append(rule);
  svg.addEventListener("pointermove", (event) => {
    const at = event.clientX - svg.getBoundingClientRect().left;
    const near = places.reduce((best, value) => (Math.abs(x(value) - at) < Math.abs(x(best) - at) ? value : best));
    const there = chart.series.filter(({ faint }) => !faint).map((series) => [series, series.x.indexOf(near)]);
    const words = there.filter(([series, index]) => index >= 0 && series.y[index] !== null).map(([series, index]) => saidAt(series, index));
    for (const end of ["x1", "x2"]) rule.setAttribute(end, String(x(near)));
    rule.setAttribute("visibility", "visible");
    readout.textContent = `${chart.x.label.replace(/ \[.*/, "")} ${said(near)}: ${words.join(" · ")}`;
  });
  svg.addEventListener("pointerleave", () => {
    rule.setAttribute("visibility", "hidden");
    readout.textContent = chart.about ?? "";
  });
}
