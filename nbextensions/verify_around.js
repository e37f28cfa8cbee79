// What SIMBAD and Gaia know around a candidate: found, none or failed, and every source with its number.
import { button, element, follow, icon } from "./dom.js";

const HEADINGS = [
  ["", ""],
  ["sep.", "″", true],
  ["PA", "°", true],
  ["name", ""],
  ["kind", ""],
  ["mag", "", true],
  ["Δ", "mag", true],
];

/** @param {any} model @param {AbortSignal} signal @param {{at: Function, follow: Function}} pointed */
export function aroundPart(model, signal, pointed) {
  const said = element("span", { class: "astrolib-row astrolib-note" });
  const place = element("div", { class: "astrolib-verify-rows" });
  const part = element(
    "section",
    { class: "astrolib-verify-around", "aria-label": "Sources within 30 arcseconds" },
    element("div", { class: "astrolib-row astrolib-spread" }, element("b", {}, "Within 30″ at the epoch"), said),
    place,
  );
  const again = () => model.send({ again: "around" });
  follow(model, signal, ["around"], () => {
    const around = model.get("around");
    said.replaceChildren(...around.answers.map(catalogueSaid));
    place.replaceChildren(...failures(around, again), sources(around, pointed));
  });
  pointed.follow((row) => {
    for (const one of place.querySelectorAll("[data-row]")) one.classList.toggle("astrolib-verify-pointed", Number(one.dataset.row) === row);
  });
  return part;
}

/** What one catalogue said, by a sign and in words. */
function catalogueSaid({ catalogue, status, count, truncated }) {
  const words = { found: `${count}${truncated ? "+" : ""}`, none: "none", failed: "failed" }[status];
  const sign = { found: "check", none: "minus", failed: "warn" }[status];
  return element("span", { class: `astrolib-group ${status === "failed" ? "astrolib-bad" : ""}` }, icon(sign), `${catalogue} ${words}`);
}

function failures({ phase, reason, answers }, again) {
  if (phase !== "failed") return [];
  const reasons = answers.filter(({ status }) => status === "failed").map(({ catalogue, reason: why }) => `${catalogue}: ${why}`);
  return [failedBox(reasons.length ? reasons : [reason], again)];
}

/** Why something failed, and the way to try it again. */
export function failedBox(reasons, again) {
  const lines = reasons.map((reason) => element("div", {}, reason));
  return element("div", { class: "astrolib-error astrolib-verify-failed", role: "alert" }, ...lines, button("Try again", again, { icon: "reset" }));
}

/** That something is being asked for. */
export function askingLine(text) {
  return element("div", { class: "astrolib-row astrolib-note astrolib-verify-asking" }, element("span", { class: "astrolib-spinner" }), text);
}

function sources({ phase, rows }, pointed) {
  if (phase === "asking") return askingLine("Asking SIMBAD and Gaia…");
  if (phase === "none") return element("p", { class: "astrolib-note" }, "Both answered, and know nothing here.");
  if (!rows.length) return element("span");
  const head = element("tr", {}, ...HEADINGS.map(heading));
  return element("table", { class: "astrolib-table" }, element("thead", {}, head), element("tbody", {}, ...rows.map((row, number) => source(row, number, pointed))));
}

function heading([name, unit, isNumber]) {
  const said = unit ? element("span", { class: "astrolib-note" }, ` ${unit}`) : null;
  return element("th", { class: isNumber ? "astrolib-verify-number" : "" }, name, said);
}

/** A long identifier keeps its end, by which people tell it from others. */
const shortened = (name) => name.replace(/^(Gaia) DR3 \d+(\d{6})$/, "$1 …$2");

function source(row, number, pointed) {
  const number1 = (value, digits) => (value === null ? "" : value.toFixed(digits).replace("-", "−"));
  const numeric = (text) => element("td", { class: "astrolib-verify-number" }, text);
  const motion = row.motion === null ? "" : `proper motion ${row.motion.toFixed(1)} mas a year`;
  const moved = row.moved > 0.5 ? element("span", { class: "astrolib-note" }, `${row.kind ? " " : ""}moved ${row.moved.toFixed(1)}″`) : null;
  const about = row.own ? "the candidate" : row.trap ? "its light may be in the spectrum" : "";
  return element(
    "tr",
    {
      "data-row": number,
      class: row.own ? "astrolib-verify-own" : row.trap ? "astrolib-verify-spoils" : "",
      title: [row.name, row.catalogue, motion, about].filter(Boolean).join(" · "),
      onpointerenter: () => pointed.at(number),
      onpointerleave: () => pointed.at(-1),
    },
    element("td", {}, row.trap ? icon("warn") : String(number + 1)),
    numeric(number1(row.separation, 1)),
    numeric(row.own ? "" : number1(row.position_angle, 0)),
    element("td", { class: "astrolib-verify-name" }, shortened(row.name)),
    element("td", {}, row.kind, moved),
    numeric(row.mag === null ? "" : `${row.mag.toFixed(1)} ${row.band}`),
    numeric(row.own ? "candidate" : number1(row.brighter === null ? null : -row.brighter, 1)),
  );
}
