// How well each person tells what was planted: a curve over magnitudes, and a row of numbers.
import { chartPlace } from "./chart.js";
import { element, follow, icon } from "./dom.js";

const HUES = ["var(--astrolib-series-1)", "var(--astrolib-series-2)", "var(--astrolib-series-3)", "var(--astrolib-series-4)"];

/** @param {any} model @param {AbortSignal} signal */
export function plantedPart(model, signal) {
  const said = element("p", { class: "astrolib-note" });
  const place = chartPlace(signal);
  const table = element("div", {});
  follow(model, signal, ["watch"], () => {
    const { rows = [], left = 0 } = model.get("watch");
    said.textContent = plantedSaid(rows, left);
    place.figure.hidden = !rows.length;
    if (rows.length) place.show(foundChartOf(rows));
    table.replaceChildren(...(rows.length ? [watchTable(rows)] : []));
  });
  return element("div", {}, said, place.figure, table);
}

function plantedSaid(rows, left) {
  if (rows.length) return "What is planted, and was called valid: movers over their magnitude, with intervals of 68 %, and decoys, where nothing moves.";
  if (left) return `Which objects are planted stays hidden until all are answered: ${left} to go.`;
  return "Nothing is planted here.";
}

const people = (rows) => [...new Set(rows.map(({ who }) => who))];

function foundChartOf(rows) {
  const binned = rows.filter(({ mag, n }) => mag !== null && n > 0);
  const series = people(binned).map((who, place) => {
    const own = binned.filter((row) => row.who === who);
    const part = (index) => own.map(({ completeness }) => completeness[index]);
    return { name: who, x: own.map(({ mag }) => mag), y: part(0), low: part(1), high: part(2), colour: HUES[place % HUES.length], points: true };
  });
  return { title: "Planted movers found", height: 150, empty: "No planted mover was answered.", series, x: { label: "magnitude" }, y: { label: "completeness", range: [0, 1.02] } };
}

function watchTable(rows) {
  const whole = rows.filter(({ mag }) => mag === null);
  const head = ["", "movers called valid", "decoys called valid"].map((name) => element("th", {}, name));
  const body = whole.map(({ who, n, found, n_decoys: decoys, alarms }) => element("tr", {}, element("td", {}, who), element("td", {}, `${found} of ${n}`), element("td", {}, element("span", { class: "astrolib-group" }, `${alarms} of ${decoys}`, alarms ? icon("warn") : null))));
  return element("table", { class: "astrolib-table" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
}
