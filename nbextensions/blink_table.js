// What was measured: what all positions give together, and one row a frame.
import { element, icon, key } from "./dom.js";

const COLUMNS = [
  ["UTC", ""],
  ["mag", ""],
  ["S/N", ""],
  ["FWHM", "″"],
  ["e", ""],
  ["θ", "°"],
  ["Δα cos δ", "″"],
  ["Δδ", "″"],
];
const SIGNS = { known: "check", none: "minus", ambiguous: "warn", failed: "warn", "not asked": "minus" };

/** @param {any} view */
export function factsPart(view) {
  const facts = element("div", { class: "astrolib-row astrolib-blink-values" });
  const known = element("div", { class: "astrolib-group" });
  const missing = element("div", { class: "astrolib-column" });
  view.onVerdicts.push(({ facts: told, scores, why }) => {
    facts.replaceChildren(...[...told, ...scores].map(({ name, value }) => element("span", {}, `${name} `, element("b", {}, value))));
    const { known: answer, missing: lacking } = view.about;
    const doubtful = answer.status === "ambiguous" || !answer.sure;
    known.className = `astrolib-group ${answer.status === "failed" ? "astrolib-bad" : doubtful ? "astrolib-warn" : ""}`;
    known.replaceChildren(icon((answer.sure && SIGNS[answer.status]) || "warn"), answer.said);
    missing.replaceChildren(...[...lacking, ...(why ? [why] : [])].map((text) => element("span", { class: "astrolib-group astrolib-warn" }, icon("warn"), text)));
  });
  return element("div", { class: "astrolib-blink-facts" }, element("div", { class: "astrolib-row astrolib-spread" }, facts, known), missing);
}

/** @param {any} view */
export function positionsPart(view) {
  const body = element("tbody", {});
  const means = element("tr", { class: "astrolib-blink-means" });
  const names = COLUMNS.map(([name, unit]) => element("th", {}, name, unit ? element("span", { class: "astrolib-note" }, ` ${unit}`) : null));
  const head = element("tr", {}, element("th", {}, "Frame"), ...names, element("th", {}, "Position"));
  const table = element("table", { class: "astrolib-table astrolib-blink-table", "aria-label": "Positions" }, element("thead", {}, head), body, element("tfoot", {}, means));
  let rows = [];
  view.onVerdicts.push((verdicts) => {
    rows = view.about.positions.map((position, index) => row(view, position, index, verdicts.residuals[position.frame]));
    body.replaceChildren(...rows);
    means.replaceChildren(...meanCells(verdicts.means));
    light(view.player.index);
  });
  const light = (shown) => rows.forEach((one, index) => one.classList.toggle("astrolib-blink-current", index === shown));
  view.onFrame.push(light);
  return element("div", { class: "astrolib-blink-positions" }, table);
}

/** A number with so many decimals; nothing for nothing, and no sign before zero. */
const digits = (value, places) => (value === null || value === undefined ? "" : value.toFixed(places).replace(/^-(?=[0.]*$)/, "").replace("-", "−"));
const cell = (text, attributes = {}) => element("td", attributes, text);

function row(view, position, index, residual) {
  const { frame, obstime, measured, mag, rms_mag: error, snr, fwhm, ellipticity, theta, flags } = position;
  const invalid = view.invalid.has(frame);
  const odd = flags ? element("span", { class: "astrolib-warn", title: flags }, icon("warn")) : null;
  const first = element("td", {}, element("span", { class: "astrolib-group" }, key(index < 10 ? String((index + 1) % 10) : "·"), odd));
  const values = measured
    ? [cell(digits(mag, 2), { title: error === null ? "" : `± ${digits(error, 2)}` }), cell(digits(snr, 0)), cell(digits(fwhm, 2)), cell(digits(ellipticity, 2)), cell(digits(theta, 0)), cell(digits(residual?.[0], 2)), cell(digits(residual?.[1], 2))]
    : [element("td", { colspan: 7, class: "astrolib-note astrolib-blink-none" }, "not measured here")];
  const made = element("tr", { title: frame, class: invalid ? "astrolib-blink-invalid" : "", onclick: () => view.goTo(index) }, first, cell(obstime.slice(11, 19)), ...values);
  made.append(element("td", {}, measured ? verdictButton(view, index, invalid) : null));
  return made;
}

function verdictButton(view, index, invalid) {
  const press = (event) => {
    event.stopPropagation();
    view.togglePosition(index);
    view.focus();
  };
  const said = invalid ? "invalid" : "valid";
  const css = `astrolib-bare astrolib-group astrolib-blink-verdict ${invalid ? "astrolib-bad" : "astrolib-good"}`;
  return element("button", { type: "button", class: css, "aria-label": `Position ${index + 1}: ${said}`, onclick: press }, icon(invalid ? "cross" : "check"), said);
}

function meanCells({ fwhm, ellipticity, theta }) {
  return [cell("mean"), cell(""), cell(""), cell(""), cell(digits(fwhm, 2)), cell(digits(ellipticity, 2)), cell(digits(theta, 0)), cell(""), cell(""), cell("")];
}
