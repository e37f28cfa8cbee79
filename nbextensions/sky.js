// Positions on the sky: the tangent plane with east to the left, or all of the sky where they are wide apart.
import { element, follow, send } from "./dom.js";

const RADIAN = Math.PI / 180;
const MARGIN = { left: 66, right: 14, top: 12, bottom: 44 };
const WIDEST = 50; // half a field that still fits on a tangent plane [deg]
const NEAR = 10; // how close to a position the pointer must be [pixels]
const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000, 72000, 108000]; // of a grid [arcsec]

/**
 * @typedef {{ra: number, dec: number}} Place
 * @typedef {{forward: (ra: number, dec: number) => [number, number] | null, backward: (x: number, y: number) => Place,
 *   half: [number, number], centre: Place, whole: boolean}} Projection planes in degrees, x to the east
 */

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-sky-view");
    const canvas = element("canvas", { role: "img", tabindex: -1 });
    const said = element("output", { class: "astrolib-note" }, "\u00a0");
    el.append(canvas, said);
    const chart = { model, canvas, said, places: [], projection: null, points: [], hover: -1 };
    follow(model, signal, ["positions", "centre", "radius", "names"], () => {
      load(chart);
      draw(chart);
    });
    follow(model, signal, ["selected"], () => draw(chart));
    listen(chart, signal);
    const sized = new ResizeObserver(() => draw(chart));
    sized.observe(canvas);
    const themed = new MutationObserver(() => draw(chart));
    themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
    signal.addEventListener("abort", () => (sized.disconnect(), themed.disconnect()));
  },
};

// ---- projections --------------------------------------------------------------------------------

function load(chart) {
  const view = chart.model.get("positions");
  const count = Math.floor(view.byteLength / 16);
  chart.places = Array.from({ length: count }, (_, n) => ({ ra: view.getFloat64(16 * n, true), dec: view.getFloat64(16 * n + 8, true) }));
  chart.projection = projection(chart);
  const known = chart.places.filter(isKnown).length;
  chart.canvas.setAttribute("aria-label", `Chart of ${known} positions on the sky; the table holds the same rows.`);
}

const isKnown = ({ ra, dec }) => Number.isFinite(ra) && Number.isFinite(dec);

/** @returns {Projection} that holds all positions and the circle of the search */
function projection({ places, model }) {
  const known = places.filter(isKnown);
  const asked = model.get("centre");
  const radius = model.get("radius") ?? 0;
  const centre = asked ? { ra: asked[0], dec: asked[1] } : middle(known);
  const farthest = Math.max(radius, ...known.map((place) => separation(centre, place)), 1 / 3600);
  if (farthest > WIDEST) return wholeSky();
  const plane = tangent(centre);
  const half = Math.max(...known.map(({ ra, dec }) => Math.max(...plane.forward(ra, dec).map(Math.abs))), Math.tan(radius * RADIAN) / RADIAN, 1 / 3600) * 1.15;
  return { ...plane, half: [half, half], centre, whole: false };
}

function vector({ ra, dec }) {
  const [a, d] = [ra * RADIAN, dec * RADIAN];
  return [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)];
}

/** The direction in the middle of all; that of the first where they cancel. */
function middle(places) {
  if (!places.length) return { ra: 0, dec: 0 };
  const [x, y, z] = places.map(vector).reduce((sum, one) => sum.map((part, n) => part + one[n]), [0, 0, 0]);
  const length = Math.hypot(x, y, z);
  if (length < 1e-6 * places.length) return places[0];
  return { ra: (Math.atan2(y, x) / RADIAN + 360) % 360, dec: Math.asin(z / length) / RADIAN };
}

function separation(one, other) {
  const [a, b] = [vector(one), vector(other)];
  const dot = a.reduce((sum, part, n) => sum + part * b[n], 0);
  const cross = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
  return Math.atan2(cross, dot) / RADIAN;
}

/** Gnomonic (TAN): Calabretta and Greisen 2002, A&A 395, 1077, section 5.1.3. */
function tangent(centre) {
  const [a0, d0] = [centre.ra * RADIAN, centre.dec * RADIAN];
  return {
    forward(ra, dec) {
      const [a, d] = [ra * RADIAN - a0, dec * RADIAN];
      const depth = Math.sin(d) * Math.sin(d0) + Math.cos(d) * Math.cos(d0) * Math.cos(a);
      if (depth <= 0.01) return null;
      const x = (Math.cos(d) * Math.sin(a)) / depth;
      const y = (Math.sin(d) * Math.cos(d0) - Math.cos(d) * Math.sin(d0) * Math.cos(a)) / depth;
      return [x / RADIAN, y / RADIAN];
    },
    backward(x, y) {
      const [u, v] = [x * RADIAN, y * RADIAN];
      const ra = a0 + Math.atan2(u, Math.cos(d0) - v * Math.sin(d0));
      const dec = Math.asin((Math.sin(d0) + v * Math.cos(d0)) / Math.hypot(1, u, v));
      return { ra: (ra / RADIAN + 360) % 360, dec: dec / RADIAN };
    },
  };
}

/** Hammer-Aitoff (AIT), the same paper, section 5.3.3, about 12 h: 0 h is at both sides. */
function wholeSky() {
  return {
    forward(ra, dec) {
      const [a, d] = [((((ra % 360) + 360) % 360) - 180) * RADIAN, dec * RADIAN];
      const scale = Math.sqrt(2 / (1 + Math.cos(d) * Math.cos(a / 2))) / RADIAN;
      return [2 * scale * Math.cos(d) * Math.sin(a / 2), scale * Math.sin(d)];
    },
    backward(x, y) {
      const [u, v] = [x * RADIAN, y * RADIAN];
      const z = Math.sqrt(Math.max(0, 1 - (u / 4) ** 2 - (v / 2) ** 2));
      const ra = 180 + (2 * Math.atan2(z * u, 2 * (2 * z * z - 1))) / RADIAN;
      return { ra: (ra + 360) % 360, dec: Math.asin(Math.max(-1, Math.min(1, v * z))) / RADIAN };
    },
    half: [165, 84],
    centre: { ra: 180, dec: 0 },
    whole: true,
  };
}

// ---- drawing ------------------------------------------------------------------------------------

function draw(chart) {
  const { canvas, projection: plane } = chart;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !plane) return;
  const sharp = window.devicePixelRatio || 1;
  canvas.width = width * sharp;
  canvas.height = height * sharp;
  const pen = canvas.getContext("2d");
  pen.scale(sharp, sharp);
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(`--astrolib-${name}`);
  pen.font = `11px ${colour("font")}`;
  const frame = { pen, colour, ...fit(plane, width, height) };
  grid(chart, frame);
  circle(chart, frame);
  stars(chart, frame);
}

/** From the plane to the canvas: the same scale both ways, east to the left. */
function fit(plane, width, height) {
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const scale = Math.min(inner.width / (2 * plane.half[0]), inner.height / (2 * plane.half[1]));
  const origin = [MARGIN.left + inner.width / 2, MARGIN.top + inner.height / 2];
  const box = { left: origin[0] - plane.half[0] * scale, right: origin[0] + plane.half[0] * scale, top: origin[1] - plane.half[1] * scale, bottom: origin[1] + plane.half[1] * scale };
  return { width, height, box, at: ([x, y]) => [origin[0] - x * scale, origin[1] - y * scale], from: (px, py) => [(origin[0] - px) / scale, (origin[1] - py) / scale], scale };
}

function grid(chart, frame) {
  const { pen, colour, box } = frame;
  const { projection: plane } = chart;
  const decStep = plane.whole ? 30 : step(plane.half[1] / 2);
  // near a pole a step in right ascension spans little of the sky
  const shrink = Math.max(0.05, Math.cos(plane.centre.dec * RADIAN));
  const raStep = plane.whole ? 60 : Math.min(30, step(plane.half[0] / 2 / shrink / 15) * 15);
  pen.strokeStyle = colour("rule");
  pen.lineWidth = 1;
  pen.strokeRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.clip();
  const decs = ticks(plane.centre.dec, decStep, plane.whole ? 90 : 2 * plane.half[1], -90, 90);
  const ras = ticks(plane.centre.ra, raStep, plane.whole ? 180 : Math.min(180, (2 * plane.half[0]) / shrink), -Infinity, Infinity);
  for (const dec of decs) curve(frame, plane, sweep(ras[0] - raStep, ras.at(-1) + raStep).map((ra) => [plane.whole ? Math.min(359.99, Math.max(0, ra)) : ra, dec]));
  for (const ra of ras) curve(frame, plane, sweep(Math.max(-90, decs[0] - decStep), Math.min(90, decs.at(-1) + decStep)).map((dec) => [plane.whole && ra === 360 ? 359.99 : ra, dec]));
  pen.restore();
  labels(frame, plane, ras, decs, raStep, decStep);
}

/** The smallest round step that is not below. @param {number} degrees */
function step(degrees) {
  return (STEPS.find((seconds) => seconds >= degrees * 3600) ?? STEPS.at(-1)) / 3600;
}

function ticks(centre, every, reach, lowest, highest) {
  const first = Math.ceil(Math.max(lowest, centre - reach) / every);
  const last = Math.floor(Math.min(highest, centre + reach) / every);
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, n) => (first + n) * every);
}

const sweep = (from, to) => Array.from({ length: 61 }, (_, n) => from + ((to - from) * n) / 60);

function curve({ pen, at }, plane, places) {
  pen.beginPath();
  let down = false;
  for (const [ra, dec] of places) {
    const spot = plane.forward(ra, dec);
    if (spot) down ? pen.lineTo(...at(spot)) : pen.moveTo(...at(spot));
    down = spot !== null;
  }
  pen.stroke();
}

function labels({ pen, colour, at, box, height }, plane, ras, decs, raStep, decStep) {
  pen.fillStyle = colour("ink-2");
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const dec of decs) {
    const spot = plane.whole ? plane.forward(359.99, dec) : crossing(plane, dec);
    const [x, y] = spot ? at(spot) : [0, -1];
    if (y > box.top + 4 && y < box.bottom - 4) pen.fillText(degrees(dec, decStep), plane.whole ? x - 4 : box.left - 5, y);
  }
  pen.textAlign = "center";
  let free = -Infinity;
  for (const ra of [...ras].reverse()) {
    const spot = plane.forward(plane.whole && ra === 360 ? 359.99 : ra, plane.whole ? 0 : lowest(plane));
    const [x, y] = spot ? at(spot) : [-1, 0];
    const text = hours(((ra % 360) + 360) % 360, raStep);
    const half = pen.measureText(text).width / 2;
    if (x < box.left || x > box.right || x - half < free) continue;
    pen.fillText(text, x, plane.whole ? y + 9 : box.bottom + 10);
    free = x + half + 8;
  }
  pen.fillStyle = colour("ink");
  pen.fillText("right ascension, ICRS (east to the left)", (box.left + box.right) / 2, Math.min(height - 8, box.bottom + 30));
  pen.save();
  pen.translate(9, (box.top + box.bottom) / 2);
  pen.rotate(-Math.PI / 2);
  pen.fillText("declination", 0, 0);
  pen.restore();
}

/** Where a parallel meets the left edge of the field. */
function crossing(plane, dec) {
  const edge = plane.backward(plane.half[0], plane.forward(plane.centre.ra, dec)?.[1] ?? 0);
  return plane.forward(edge.ra, dec);
}

const lowest = (plane) => plane.backward(0, -plane.half[1]).dec;

/** Sexagesimal, as finely as the step needs. */
function sexagesimal(value, every, signs, unit) {
  const seconds = Math.round(Math.abs(value) * 3600);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const needed = every >= 1 ? 1 : every >= 1 / 60 - 1e-9 ? 2 : 3;
  return unit(value) + parts.slice(0, needed).map((part, n) => String(part).padStart(2, "0") + signs[n]).join(" ");
}

const degrees = (dec, every) => sexagesimal(dec, every, ["°", "′", "″"], (value) => (value < 0 ? "−" : "+"));
const hours = (ra, every) => sexagesimal(ra / 15, every / 15, ["h", "m", "s"], () => "");

function circle({ model, projection: plane }, frame) {
  const centre = model.get("centre");
  const radius = model.get("radius");
  if (!centre || !radius || plane.whole) return;
  frame.pen.strokeStyle = frame.colour("accent");
  frame.pen.setLineDash([5, 4]);
  frame.pen.beginPath();
  const [x, y] = frame.at(plane.forward(...centre));
  frame.pen.arc(x, y, (Math.tan(radius * RADIAN) / RADIAN) * frame.scale, 0, 2 * Math.PI);
  frame.pen.stroke();
  frame.pen.setLineDash([]);
}

function stars(chart, frame) {
  const { pen, colour } = frame;
  const chosen = new Set(chart.model.get("selected"));
  chart.points = chart.places.map((place) => {
    const spot = isKnown(place) ? chart.projection.forward(place.ra, place.dec) : null;
    return spot && frame.at(spot);
  });
  const dot = (n, radius, fill, edge) => {
    if (!chart.points[n]) return;
    pen.beginPath();
    pen.arc(...chart.points[n], radius, 0, 2 * Math.PI);
    pen.fillStyle = fill;
    pen.strokeStyle = edge;
    pen.fill();
    pen.stroke();
  };
  const crowd = chart.places.length > 500;
  pen.lineWidth = crowd ? 0.6 : 1.2;
  chart.places.forEach((_, n) => chosen.has(n) || dot(n, crowd ? 1.8 : 3.5, "transparent", colour("ink-2")));
  for (const n of chosen) dot(n, 4.5, colour("accent"), colour("paper"));
  if (chart.hover >= 0) dot(chart.hover, 7, "transparent", colour("accent"));
}

// ---- pointing and choosing ----------------------------------------------------------------------

function listen(chart, signal) {
  const { canvas, said, model } = chart;
  canvas.addEventListener("pointermove", (event) => point(chart, event), { signal });
  canvas.addEventListener("pointerleave", () => ((chart.hover = -1), (said.textContent = "\u00a0"), draw(chart)), { signal });
  canvas.addEventListener(
    "click",
    (event) => {
      const here = under(chart, event);
      if (!here.length) return;
      const chosen = new Set(model.get("selected"));
      const all = here.every((n) => chosen.has(n));
      for (const n of here) all ? chosen.delete(n) : chosen.add(n);
      send(model, { selected: [...chosen].sort((a, b) => a - b) });
      draw(chart);
    },
    { signal },
  );
}

/** The positions under the pointer: the nearest, and all that lie on top of it. */
function under({ points, canvas }, event) {
  const box = canvas.getBoundingClientRect();
  const away = (spot) => (spot ? Math.hypot(spot[0] - (event.clientX - box.left), spot[1] - (event.clientY - box.top)) : Infinity);
  const nearest = points.reduce((best, spot, n) => (away(spot) < away(points[best]) ? n : best), 0);
  if (!(away(points[nearest]) < NEAR)) return [];
  return points.flatMap((spot, n) => (spot && Math.hypot(spot[0] - points[nearest][0], spot[1] - points[nearest][1]) < 1.5 ? [n] : []));
}

function point(chart, event) {
  const here = under(chart, event);
  const hover = here[0] ?? -1;
  if (hover >= 0) {
    const { ra, dec } = chart.places[hover];
    const more = here.length > 1 ? `, ${here.length} spectra` : "";
    chart.said.textContent = `${chart.model.get("names")[hover]}  ${ra.toFixed(5)} ${dec >= 0 ? "+" : "−"}${Math.abs(dec).toFixed(5)}°${more}`;
  } else chart.said.textContent = "\u00a0";
  if (hover !== chart.hover) {
    chart.hover = hover;
    draw(chart);
  }
}
