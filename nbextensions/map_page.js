// A map on a page that stands alone: the page's own data are the explorer's model.
import { element } from "./dom.js";
import { explore, numbers } from "./map_explorer.js";

const OUTLIERS = 0.002; // share of the fluxes beyond either end of the axis

const pageData = JSON.parse(document.getElementById("map").textContent);

/** @returns {DataView} the bytes of a text in base64 */
function unpacked(text) {
  const raw = atob(text);
  return new DataView(Uint8Array.from(raw, (letter) => letter.charCodeAt(0)).buffer);
}

/** A model like that of a widget: traits that can be followed, without a kernel. */
function makeModel(data) {
  const pixels = numbers(unpacked(data.wavelength), Float64Array);
  const weights = numbers(unpacked(data.weights), Float32Array);
  const counts = numbers(unpacked(data.counts), Float32Array);
  const listeners = {};
  const traits = {
    shape: data.shape,
    axis: axisOf(data.axis, pixels),
    wavelength: unpacked(data.wavelength),
    counts: unpacked(data.counts),
    planes: [
      { name: "counts", title: "Counts", about: "How many spectra each neuron has" },
      { name: "u-matrix", title: "U-matrix", about: "How far each neuron is from its neighbours: walls between groups" },
      { name: "flux", title: "Flux", about: "The reference vectors at one wavelength; click in the spectra to choose it" },
    ],
    plane: "counts",
    at: (pixels[0] + pixels.at(-1)) / 2,
    neuron: counts.indexOf(Math.max(...counts)),
    labels: [],
    label_of: new DataView(new Int32Array(counts.length).fill(-1).buffer),
    share_of: new DataView(new ArrayBuffer(4 * counts.length)),
    brushed: [],
    brushing: false,
    deck: "",
    error: "",
  };
  const settle = () => Object.assign(traits, planeOf(data, traits, pixels, weights), { shown: shownOf(data, traits.neuron, weights, pixels.length) });
  settle();
  return {
    get: (name) => traits[name],
    set(name, value) {
      traits[name] = value;
      settle();
      const changed = { at: ["at", "values"], plane: ["plane", "values"], neuron: ["neuron", "shown"] }[name] ?? [name];
      for (const one of changed) for (const act of listeners[`change:${one}`] ?? []) act();
    },
    on: (event, act) => (listeners[event] ??= []).push(act),
    off: () => {},
    save_changes: () => {},
    send: () => {},
  };
}

function axisOf({ known, medium }, pixels) {
  const words = medium === "air" || medium === "vacuum" ? `wavelength in ${medium}` : "wavelength";
  return { label: known ? `${words} [Å]` : "pixel", unit: known ? "Å" : "", low: pixels[0], high: pixels.at(-1), count: pixels.length };
}

function planeOf(data, { plane, at }, pixels, weights) {
  const bytes = (values) => new DataView(values.buffer);
  const neurons = data.shape.rows * data.shape.columns;
  if (plane === "flux") {
    const pixel = pixels.reduce((best, value, n) => (Math.abs(value - at) < Math.abs(pixels[best] - at) ? n : best), 0);
    const values = Float32Array.from({ length: neurons }, (_, n) => weights[n * pixels.length + pixel]);
    return { values: bytes(values), scale: { plane, ...ends(values), kind: "linear", unit: "prepared flux of the reference vector" } };
  }
  const counting = plane === "counts";
  const values = numbers(unpacked(counting ? data.counts : data.u_matrix), Float32Array);
  if (!counting) return { values: bytes(values), scale: { plane, ...ends(values), kind: "linear", unit: "mean distance to the neighbouring neurons" } };
  return { values: bytes(values), scale: { plane, low: 0, high: Math.max(...values), kind: "root", unit: "spectra" } };
}

const ends = (values) => ({ low: Math.min(...values), high: Math.max(...values) });

function shownOf(data, neuron, weights, pixels) {
  const { low, high, steps } = data.spectra[neuron];
  const lines = Float32Array.from(numbers(unpacked(steps), Uint16Array), (step) => low + (step / 65535) * (high - low));
  const reference = weights.slice(neuron * pixels, (neuron + 1) * pixels);
  const count = numbers(unpacked(data.counts), Float32Array)[neuron];
  const listed = data.members[neuron];
  return { neuron, count, reference: new DataView(reference.buffer), lines: new DataView(lines.buffer), density: null, members: listed, note: noteOf(count, listed.length), ...fluxRange(reference, lines) };
}

/** An axis that holds the reference vector and all but the wildest fluxes. */
function fluxRange(reference, lines) {
  const sorted = lines.slice().sort();
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const low = Math.min(...reference, at(OUTLIERS) ?? Infinity);
  const high = Math.max(...reference, at(1 - OUTLIERS) ?? -Infinity);
  const room = 0.05 * (high - low) || 0.5;
  return { low: low - room, high: high + room };
}

function noteOf(count, listed) {
  if (!count) return "No spectrum lies here; the curve is the reference vector.";
  if (count === listed) return "All its spectra, and the reference vector over them. Nearest first:";
  return `${listed} of ${count} spectra, evenly from the nearest to the farthest, and the reference vector over them:`;
}

function header(data) {
  const { rows, columns, grid, edges } = data.shape;
  const words = [
    `${data.total.toLocaleString("en")} spectra on ${rows} × ${columns} neurons, ${grid}, ${edges}`,
    `quantisation error ${data.errors.quantisation.toPrecision(4)}`,
    `topographic error ${data.errors.topographic.toFixed(3)}`,
    ...(data.averaged ? ["curves are averaged over neighbouring pixels"] : []),
  ];
  return element("header", {}, element("h1", { class: "astrolib-title" }, data.title), element("p", { class: "astrolib-note" }, words.join(" · ")));
}

/** Follow the system's choice of light or dark. */
function followTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => (document.body.dataset.jpThemeLight = String(!dark.matches));
  dark.addEventListener("change", apply);
  apply();
}

followTheme();
const pageMain = document.querySelector("main");
const pagePanel = element("div", { class: "astrolib-panel astrolib-map" });
pageMain.append(header(pageData), pagePanel);
explore({ model: makeModel(pageData), el: pagePanel, signal: new AbortController().signal });
