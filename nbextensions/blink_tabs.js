// What else decides: the lines to report, known objects nearby, the trail of tests, how well planted ones are told.
import { chartPlace } from "./chart.js";
import { button, element, icon, key } from "./dom.js";

const HUES = ["var(--astrolib-series-1)", "var(--astrolib-series-2)", "var(--astrolib-series-3)", "var(--astrolib-series-4)"];

/** @param {any} view @param {any} model @param {AbortSignal} signal */
export function tabsPart(view, model, signal) {
  const tabs = [linesTab(view), knownTab(view), trailTab(view), plantedTab(view, model, signal)];
  let current = 0;
  const heads = tabs.map(({ name }, index) => {
    const made = button(name, () => (choose(index), view.focus()), { class: "astrolib-quiet" });
    made.setAttribute("role", "tab");
    return made;
  });
  function choose(index) {
    current = index;
    tabs.forEach(({ panel }, place) => (panel.hidden = place !== index));
    heads.forEach((head, place) => head.setAttribute("aria-selected", String(place === index)));
  }
  view.nextTab = () => choose((current + 1) % tabs.length);
  choose(0);
  const bar = element("div", { class: "astrolib-row astrolib-blink-tabs", role: "tablist" }, key("T"), ...heads);
  return element("section", { class: "astrolib-blink-more" }, bar, ...tabs.map(({ panel }) => panel));
}

const tab = (name, ...children) => ({ name, panel: element("div", { class: "astrolib-blink-panel", role: "tabpanel", "aria-label": name }, ...children) });

function linesTab(view) {
  const lines = element("pre", { class: "astrolib-blink-lines", tabindex: 0 });
  const none = element("p", { class: "astrolib-note" }, "There are no lines: no site file was given, or no position counts.");
  view.onVerdicts.push((verdicts) => {
    lines.textContent = verdicts.lines;
    lines.hidden = !verdicts.lines;
    none.hidden = Boolean(verdicts.lines);
  });
  return tab("MPC lines", lines, none);
}

function knownTab(view) {
  const said = element("p", { class: "astrolib-note" });
  const place = element("div", {});
  view.onVerdicts.push(() => {
    const { nearby, said: sentence } = view.about.known;
    said.textContent = sentence;
    place.replaceChildren(...(nearby.length ? [nearbyTable(nearby)] : []));
  });
  return tab("Known nearby", said, place);
}

function nearbyTable(rows) {
  const head = ["name", "sep. ″", "motion", "mag"].map((name) => element("th", {}, name));
  const shown = (value, places) => (value === null || value === undefined ? "" : value.toFixed(places));
  const body = rows.map(({ name, separation, motion, mag }) => element("tr", {}, element("td", {}, name), element("td", {}, shown(separation, 1)), element("td", {}, motion ?? ""), element("td", {}, shown(mag, 1))));
  return element("table", { class: "astrolib-table" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
}

function trailTab(view) {
  const list = element("dl", { class: "astrolib-blink-trail" });
  view.onVerdicts.push(() => {
    const { trail } = view.about;
    const rows = trail.flatMap(({ name, value }) => [element("dt", {}, name), element("dd", {}, value)]);
    list.replaceChildren(...(rows.length ? rows : [element("dd", { class: "astrolib-note" }, "The search left no trail of this object.")]));
  });
  return tab("Trail", list);
}

// ---- planted objects ----------------------------------------------------------------------------

function plantedTab(view, model, signal) {
  const said = element("p", { class: "astrolib-note" });
  const place = chartPlace(signal);
  const table = element("div", {});
  const made = tab("Planted", said, place.figure, table);
  const draw = () => {
    const { rows = [], left = 0 } = model.get("watch");
    said.textContent = plantedSaid(rows, left);
    place.figure.hidden = !rows.length;
    if (rows.length) place.show(foundChartOf(rows));
    table.replaceChildren(...(rows.length ? [watchTable(rows)] : []));
  };
  model.on("change:watch", draw);
  signal.addEventListener("abort", () => model.off("change:watch", draw));
  draw();
  return made;
}

function plantedSaid(rows, left) {
  if (rows.length) return "Of the planted movers, the share called valid; of the planted decoys, too. Bars: 68 % intervals.";
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
  const head = ["", "movers found", "decoys taken"].map((name) => element("th", {}, name));
  const body = whole.map(({ who, n, found, n_decoys: decoys, alarms }) => element("tr", {}, element("td", {}, who), element("td", {}, `${found} of ${n}`), element("td", {}, alarms ? icon("warn") : null, `${alarms} of ${decoys}`)));
  return element("table", { class: "astrolib-table" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
}
