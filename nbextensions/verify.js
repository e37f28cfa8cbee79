// One candidate with all that decides, beside its spectra: scores, prepared spectrum, map, picture, neighbours.
import { element, follow, icon } from "./dom.js";
import { chartPlace } from "./chart.js";
import { mapPart } from "./verify_map.js";
import { aroundPart } from "./verify_around.js";
import { skyPart } from "./verify_sky.js";

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-verify-evidence");
    const pointed = makePointed();
    el.append(
      factsPart(model, signal),
      warningPart(model, signal),
      preparedPart(model, signal),
      skyPart(model, signal, pointed),
      aroundPart(model, signal, pointed),
      mapPart(model, signal),
    );
  },
};

/** Which neighbour the pointer is at, in the table or in the picture. */
function makePointed() {
  const followers = [];
  return {
    /** @param {number} row -1 for none */
    at: (row) => followers.forEach((act) => act(row)),
    /** @param {(row: number) => void} act */
    follow: (act) => followers.push(act),
  };
}

// ---- what the network said, and what is known ---------------------------------------------------

function factsPart(model, signal) {
  const scores = element("div", { class: "astrolib-verify-scores", role: "list", "aria-label": "Probability of each class" });
  const facts = element("div", { class: "astrolib-row astrolib-note astrolib-verify-known" });
  const part = element("div", { class: "astrolib-verify-facts" }, scores, facts);
  follow(model, signal, ["about"], () => {
    const { label = "", scores: told = [], facts: known = [], others = 0, missing = [] } = model.get("about");
    scores.replaceChildren(...told.map((one) => meter(one, one.name === label)));
    const words = known.map(({ name, value }) => element("span", {}, `${name} `, element("b", {}, value)));
    if (others) words.push(element("span", {}, "same object ", element("b", {}, `${others} more spectr${others > 1 ? "a" : "um"}`)));
    facts.replaceChildren(...words, ...missing.map((text) => element("span", { class: "astrolib-group" }, icon("warn"), text)));
  });
  return part;
}

/** The probability of a class: its name, a bar and a number. */
function meter({ name, value }, isLabel) {
  const bar = element("div", {});
  bar.style.width = `${100 * value}%`;
  return element(
    "div",
    { class: `astrolib-verify-score${isLabel ? " astrolib-verify-label" : ""}`, role: "listitem" },
    element("span", { title: name }, name),
    element("span", {}, value.toFixed(2)),
    element("div", { class: "astrolib-verify-bar" }, bar),
  );
}

/** A neighbour whose light may be in the spectrum, in words. */
function warningPart(model, signal) {
  const part = element("div", { class: "astrolib-verify-trap", role: "note" });
  follow(model, signal, ["around"], () => {
    const { worst } = model.get("around");
    part.hidden = !worst;
    if (worst) part.replaceChildren(icon("warn"), element("span", {}, element("b", {}, trapTitle(worst)), " ", trapReason(worst)));
  });
  return part;
}

const trapTitle = ({ separation }) => `A bright star ${separation.toFixed(separation < 10 ? 1 : 0)}″ away.`;

function trapReason({ name, mag, brighter }) {
  const who = `${name || "It"} has ${mag.toFixed(1)} mag`;
  if (brighter === null) return `${who}, and no catalogue knows a star at the place of the candidate itself: the light may be of this one.`;
  const by = brighter >= 0 ? `${brighter.toFixed(1)} mag brighter than the candidate` : `${(-brighter).toFixed(1)} mag fainter, close enough to share the fibre`;
  return `${who}, ${by}: its light may be in this spectrum.`;
}

// ---- as the network sees it ---------------------------------------------------------------------

function preparedPart(model, signal) {
  const place = chartPlace(signal);
  place.figure.classList.add("astrolib-verify-prepared");
  follow(model, signal, ["prepared", "curves", "neuron"], () => place.show(preparedChart(model)));
  return place.figure;
}

function preparedChart(model) {
  const { pixels, label = "" } = model.get("prepared");
  const view = model.get("curves");
  const values = new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  const row = (number) => Array.from(values.subarray(number * pixels, (number + 1) * pixels));
  const x = row(0);
  const series = pixels ? [{ name: "candidate", x, y: row(1), colour: "var(--astrolib-series-1)" }] : [];
  if (values.length === 3 * pixels && pixels) series.unshift({ name: "its neuron", x, y: row(2), colour: "var(--astrolib-series-2)", dashed: true });
  return {
    title: "As the network sees it",
    height: 222,
    empty: "There is no prepared spectrum of this candidate.",
    series,
    x: { label, range: pixels ? [x[0], x[pixels - 1]] : undefined },
    y: { label: "flux, scaled" },
  };
}
