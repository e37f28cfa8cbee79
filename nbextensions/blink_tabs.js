// What else decides: the lines to report, known objects nearby, the trail of tests, how well planted ones are told.
import { plantedPart } from "./blink_planted.js";
import { button, element, icon, key } from "./dom.js";

/** @param {any} view @param {any} model @param {AbortSignal} signal */
export function tabsPart(view, model, signal) {
  const tabs = [linesTab(view), knownTab(view), trailTab(view), tab("Planted", plantedPart(model, signal))];
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
  view.nextTab = () => {
    choose((current + 1) % tabs.length);
    part.scrollIntoView({ block: "nearest" });
  };
  choose(0);
  const bar = element("div", { class: "astrolib-row astrolib-blink-tabs", role: "tablist" }, key("T"), ...heads);
  const part = element("section", { class: "astrolib-blink-more" }, bar, ...tabs.map(({ panel }) => panel));
  return part;
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
  const names = ["", "name", "distance ″", "allowed", "motion differs by ″/min", "allowed", "mag"];
  const head = names.map((name) => element("th", {}, name));
  const shown = (value, places) => (value === null || value === undefined ? "" : value.toFixed(places));
  const body = rows.map(({ name, matches, separation, allowed, motion, motion_allowed: motionAllowed, mag }) => {
    const sign = element("td", { title: matches ? "matches in place and motion" : null }, matches ? icon("check") : null);
    const values = [[separation, 1], [allowed, 1], [motion, 3], [motionAllowed, 3], [mag, 1]];
    return element("tr", {}, sign, element("td", {}, name), ...values.map(([value, places]) => element("td", {}, shown(value, places))));
  });
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
