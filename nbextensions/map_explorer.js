// The explorer of a map, for a notebook and for a page that stands alone: both give it a model.
import { button, element, follow, icon, key, send } from "./dom.js";
import { boxed, drawLattice, fitLattice, lettersOf, makeRamp, neuronAt, onScale, spanned, stepFrom } from "./map_lattice.js";
import { drawSpectra, plotArea } from "./map_spectra.js";

const DRAGGED = 5; // how far the pointer moves before it draws a box [pixels]
const SERIES = 8;
const MEMBERS_SHOWN = "Spectra of this neuron, nearest to its reference vector first";

/**
 * What the explorer holds. `drag` is a box that is being drawn, `anchor` where shift and arrows began.
 * @typedef {{model: any, el: HTMLElement, signal: AbortSignal, parts: any, frame: any, colour: Function, ramp: string[],
 *   letters: string[], hover: number, strong: number, anchor: number, drag: any}} Explorer
 */

/** @param {{model: any, el: HTMLElement, signal: AbortSignal}} view */
export function explore({ model, el, signal }) {
  el.classList.add("astrolib-map-controls");
  /** @type {Explorer} */
  const explorer = { model, el, signal, parts: null, frame: null, colour: null, ramp: [], letters: lettersOf(model.get("labels")), hover: -1, strong: -1, anchor: -1, drag: null };
  explorer.parts = build(explorer);
  el.append(explorer.parts.tools, explorer.parts.body, explorer.parts.foot);
  const look = () => (takeColours(explorer), drawMap(explorer), drawPlot(explorer));
  listenToMap(explorer);
  listenToPlot(explorer);
  const sized = new ResizeObserver(look);
  for (const canvas of [explorer.parts.map, explorer.parts.plot]) sized.observe(canvas);
  const themed = new MutationObserver(look);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  signal.addEventListener("abort", () => (sized.disconnect(), themed.disconnect()));
  takeColours(explorer);
  follow(model, signal, ["plane", "values", "scale", "neuron", "brushed"], () => drawMap(explorer));
  follow(model, signal, ["shown", "plane", "at", "neuron"], () => drawPlot(explorer));
  follow(model, signal, ["neuron", "values", "scale"], () => drawHeading(explorer));
  follow(model, signal, ["shown"], () => listMembers(explorer));
  follow(model, signal, ["brushed", "error"], () => drawFoot(explorer));
}

/** Bytes from the kernel as numbers, copied to a place that suits their size. */
export function numbers(view, Kind) {
  if (!view?.byteLength) return new Kind(0);
  return new Kind(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

// ---- what is there ------------------------------------------------------------------------------

function build(explorer) {
  const { model } = explorer;
  const { rows, columns } = model.get("shape");
  const mapLabel = `Map of ${rows} by ${columns} neurons. Arrows move from neuron to neuron${model.get("brushing") ? "; with shift they brush a region, space adds one neuron, escape clears" : ""}.`;
  const map = element("canvas", { class: "astrolib-map-lattice", tabindex: 0, role: "application", "aria-label": mapLabel });
  const plot = element("canvas", { class: "astrolib-map-plot", tabindex: 0, role: "application", "aria-label": "Spectra of the neuron. Left and right move along the wavelength; the map then shows the flux there." });
  const parts = {
    map,
    plot,
    tools: planeTools(explorer),
    bar: element("div", { class: "astrolib-map-bar" }),
    said: element("output", { class: "astrolib-note astrolib-map-said" }, "\u00a0"),
    heading: element("h3", { class: "astrolib-title", "aria-live": "polite" }),
    about: element("span", { class: "astrolib-note" }),
    list: element("ol", { class: "astrolib-map-members", "aria-label": MEMBERS_SHOWN }),
    note: element("p", { class: "astrolib-note astrolib-map-note" }),
    foot: element("div", { class: "astrolib-map-foot" }),
    box: element("div", { class: "astrolib-map-box", hidden: true }),
  };
  const left = element("div", { class: "astrolib-map-left" }, element("div", { class: "astrolib-map-hold" }, map, parts.box), parts.bar, parts.said);
  const head = element("div", { class: "astrolib-row astrolib-spread" }, parts.heading, parts.about);
  const right = element("div", { class: "astrolib-map-right" }, head, plot, parts.note, parts.list);
  parts.body = element("div", { class: "astrolib-map-body" }, left, right);
  return parts;
}

function planeTools({ model, signal }) {
  const segments = element("div", { class: "astrolib-segments", role: "radiogroup", "aria-label": "What colours the map" });
  for (const { name, title, about } of model.get("planes")) {
    const one = button(title, () => send(model, { plane: name }), { title: about });
    one.setAttribute("role", "radio");
    one.dataset.plane = name;
    segments.append(one);
  }
  const at = element("input", { class: "astrolib-input", type: "number", step: "any", "aria-label": "Wavelength that colours the map" });
  at.addEventListener("change", () => Number.isFinite(at.valueAsNumber) && send(model, { at: at.valueAsNumber, plane: "flux" }), { signal });
  const where = element("label", { class: "astrolib-group" }, "at", at, element("span", { class: "astrolib-note" }, model.get("axis").unit));
  follow(model, signal, ["plane", "at"], () => {
    for (const one of segments.children) one.setAttribute("aria-checked", String(one.dataset.plane === model.get("plane")));
    where.hidden = model.get("plane") !== "flux";
    if (document.activeElement !== at) at.value = model.get("at").toFixed(1);
  });
  return element("div", { class: "astrolib-row astrolib-map-tools" }, segments, where);
}

// ---- the map ------------------------------------------------------------------------------------

function takeColours(explorer) {
  const style = getComputedStyle(explorer.el);
  explorer.colour = (name) => style.getPropertyValue(`--astrolib-${name}`).trim();
  explorer.ramp = makeRamp(explorer.colour);
}

/** Give a canvas as many pixels as the screen has. */
function sharpen(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const sharp = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * sharp);
  canvas.height = Math.round(height * sharp);
  const pen = canvas.getContext("2d");
  pen.scale(sharp, sharp);
  return { pen, width, height };
}

function drawMap(explorer) {
  const { model, parts } = explorer;
  if (!parts.map.clientWidth) return;
  const { rows, columns, grid } = model.get("shape");
  const ratio = grid === "hexagonal" ? (columns + 0.5) / (rows * 0.866 + 0.29) : columns / rows;
  parts.map.style.aspectRatio = String(Math.min(2.2, Math.max(0.8, ratio)));
  const { pen, width, height } = sharpen(parts.map);
  explorer.frame = fitLattice(model.get("shape"), width, height);
  const brushed = new Set(model.get("brushed"));
  drawLattice(pen, explorer.frame, { ...colouring(explorer), current: model.get("neuron"), hover: explorer.hover, brushed, colour: explorer.colour });
  drawBar(explorer);
}

/** How the plane on show colours a neuron, and which letter it writes there. */
function colouring({ model, colour, ramp, letters }) {
  if (model.get("plane") === "labels") {
    const [label, share] = [numbers(model.get("label_of"), Int32Array), numbers(model.get("share_of"), Float32Array)];
    const mixed = (n) => `color-mix(in oklab, ${colour(`series-${(label[n] % SERIES) + 1}`)} ${Math.round(12 + 48 * share[n])}%, ${colour("paper")})`;
    return { fill: (n) => (label[n] < 0 ? colour("wash") : mixed(n)), letter: (n) => (label[n] < 0 ? "" : letters[label[n]]) };
  }
  const values = numbers(model.get("values"), Float32Array);
  const scale = model.get("scale");
  return { fill: (n) => ramp[Math.round(onScale(scale, values[n]) * (ramp.length - 1))], letter: () => "" };
}

function drawBar({ model, parts, colour, letters }) {
  if (model.get("plane") === "labels") {
    const chip = (label, n) =>
      element("li", {}, element("b", { style: `background: color-mix(in oklab, ${colour(`series-${(n % SERIES) + 1}`)} 60%, ${colour("paper")})` }, letters[n]), label);
    const chips = model.get("labels").map(chip);
    const none = element("span", { class: "astrolib-note" }, "No spectrum of this map has a label yet.");
    parts.bar.replaceChildren(chips.length ? element("ul", { class: "astrolib-map-legend" }, ...chips) : none);
    return;
  }
  const { low, high, kind, unit } = model.get("scale");
  const middle = low + (high - low) * (kind === "root" ? 0.25 : 0.5);
  const text = model.get("plane") === "counts" ? (value) => String(Math.round(value)) : written;
  const ticks = [low, middle, high].map((value) => element("span", {}, text(value)));
  const strip = element("div", { class: "astrolib-map-strip" });
  parts.bar.replaceChildren(strip, element("div", { class: "astrolib-map-ticks" }, ...ticks), element("div", { class: "astrolib-note" }, unit));
}

function written(value) {
  return (Math.abs(value) >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(3)).replace("-", "−");
}

/** Say what is known of a neuron, in one line. */
function told({ model }, neuron) {
  const { columns } = model.get("shape");
  const count = numbers(model.get("counts"), Float32Array)[neuron];
  const value = numbers(model.get("values"), Float32Array)[neuron];
  const words = [`row ${Math.floor(neuron / columns)}, column ${neuron % columns}`, `${count} ${count === 1 ? "spectrum" : "spectra"}`];
  const { plane } = model.get("scale"); // of these values: a plane that was just chosen may have none yet
  if (plane === "u-matrix") words.push(`to its neighbours ${value.toPrecision(3)}`);
  if (plane === "flux") words.push(`flux ${written(value)}`);
  const label = numbers(model.get("label_of"), Int32Array)[neuron];
  if (label >= 0) words.push(`${model.get("labels")[label]}, ${Math.round(100 * numbers(model.get("share_of"), Float32Array)[neuron])} %`);
  return words.join(" · ");
}

// ---- pointing, moving and brushing --------------------------------------------------------------

function listenToMap(explorer) {
  const { model, parts, signal } = explorer;
  const { map } = parts;
  const on = (name, act) => map.addEventListener(name, act, { signal });
  on("keydown", (event) => onMapKey(explorer, event));
  on("pointerdown", (event) => {
    if (event.button) return;
    map.setPointerCapture(event.pointerId);
    explorer.drag = { from: placeOf(map, event), moved: false, before: event.shiftKey ? model.get("brushed") : [] };
  });
  on("pointermove", (event) => pointAt(explorer, event));
  on("pointerup", (event) => release(explorer, event));
  on("pointercancel", () => (dropBox(explorer), drawMap(explorer)));
  on("pointerleave", () => ((explorer.hover = -1), (parts.said.textContent = "\u00a0"), drawMap(explorer)));
}

const placeOf = (canvas, event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};

function pointAt(explorer, event) {
  const { parts, drag, model } = explorer;
  const at = placeOf(parts.map, event);
  if (drag && model.get("brushing") && (drag.moved || Math.hypot(at[0] - drag.from[0], at[1] - drag.from[1]) > DRAGGED)) {
    drag.moved = true;
    const [left, top] = [Math.min(at[0], drag.from[0]), Math.min(at[1], drag.from[1])];
    parts.box.hidden = false;
    Object.assign(parts.box.style, { left: `${left}px`, top: `${top}px`, width: `${Math.abs(at[0] - drag.from[0])}px`, height: `${Math.abs(at[1] - drag.from[1])}px` });
    return brush(explorer, [...drag.before, ...boxed(explorer.frame, drag.from, at)], false);
  }
  const hover = neuronAt(explorer.frame, ...at);
  if (hover === explorer.hover) return;
  explorer.hover = hover;
  parts.said.textContent = hover < 0 ? "\u00a0" : told(explorer, hover);
  drawMap(explorer);
}

function release(explorer, event) {
  const { model, drag, frame, parts } = explorer;
  if (!drag) return;
  dropBox(explorer);
  if (drag.moved) return brush(explorer, model.get("brushed"));
  const neuron = neuronAt(frame, ...placeOf(parts.map, event));
  if (neuron < 0) return;
  explorer.anchor = -1;
  if (model.get("brushing") && (event.shiftKey || event.ctrlKey || event.metaKey)) toggle(explorer, neuron);
  send(model, { neuron });
}

function dropBox(explorer) {
  explorer.drag = null;
  explorer.parts.box.hidden = true;
}

function onMapKey(explorer, event) {
  const { model } = explorer;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const neuron = model.get("neuron");
  if (event.key.startsWith("Arrow")) {
    const next = stepFrom(model.get("shape"), neuron, event.key);
    if (event.shiftKey && model.get("brushing")) {
      if (explorer.anchor < 0) explorer.anchor = neuron;
      brush(explorer, spanned(model.get("shape"), explorer.anchor, next));
    } else explorer.anchor = -1;
    send(model, { neuron: next });
  } else if (event.key === " " && model.get("brushing")) toggle(explorer, neuron);
  else if (event.key === "Escape" && model.get("brushed").length) brush(explorer, []);
  else if (event.key === "Enter" && model.get("deck") && model.get("brushed").length) model.send({ do: "deck" });
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function toggle(explorer, neuron) {
  const brushed = new Set(explorer.model.get("brushed"));
  if (!brushed.delete(neuron)) brushed.add(neuron);
  brush(explorer, [...brushed]);
}

/** Mark neurons; the kernel hears of it when the box is let go. */
function brush({ model }, neurons, tell = true) {
  model.set("brushed", [...new Set(neurons)].sort((a, b) => a - b));
  if (tell) model.save_changes();
}

// ---- the spectra --------------------------------------------------------------------------------

function drawHeading(explorer) {
  const { model, parts } = explorer;
  const [place, ...more] = told(explorer, model.get("neuron")).split(" · ");
  parts.heading.textContent = place[0].toUpperCase() + place.slice(1);
  parts.about.textContent = more.join(" · ");
}

function drawPlot(explorer) {
  const { model, parts, colour, strong } = explorer;
  const shown = model.get("shown");
  const neuron = model.get("neuron");
  if (!parts.plot.clientWidth || !shown.reference) return;
  parts.plot.style.opacity = shown.neuron === neuron ? "" : "0.4";
  const { pen, width, height } = sharpen(parts.plot);
  const wavelength = numbers(model.get("wavelength"), Float64Array);
  const mark = model.get("plane") === "flux" ? model.get("at") : null;
  const density = shown.density ? { image: numbers(shown.density, Uint8Array), columns: shown.columns, rows: shown.rows } : null;
  const reference = numbers(shown.reference, Float32Array);
  drawSpectra(pen, width, height, { axis: model.get("axis"), wavelength, reference, lines: linesOf(shown, wavelength.length), density, low: shown.low, high: shown.high, strong, mark, colour });
  parts.note.textContent = shown.note;
}

function linesOf(shown, pixels) {
  const all = numbers(shown.lines, Float32Array);
  return Array.from({ length: all.length / pixels }, (_, n) => all.subarray(n * pixels, (n + 1) * pixels));
}

function listMembers(explorer) {
  const { model, parts } = explorer;
  explorer.strong = -1;
  const rows = (model.get("shown").members ?? []).map(([id, title, distance], n) => {
    const stress = (which) => () => ((explorer.strong = which), drawPlot(explorer));
    const names = title && title !== id ? [element("span", {}, title), element("span", { class: "astrolib-note" }, id)] : [element("span", {}, id)];
    const far = element("span", { class: "astrolib-note astrolib-map-far", title: "distance to the reference vector" }, distance.toPrecision(3));
    return element("li", { tabindex: 0, onpointerenter: stress(n), onpointerleave: stress(-1), onfocus: stress(n), onblur: stress(-1) }, ...names, far);
  });
  parts.list.replaceChildren(...rows);
}

function listenToPlot({ model, parts, signal }) {
  const { plot } = parts;
  const { low, high } = model.get("axis");
  const to = (at) => send(model, { at: Math.min(high, Math.max(low, at)), plane: "flux" });
  const take = (event) => {
    const area = plotArea(plot.clientWidth, plot.clientHeight);
    to(low + ((placeOf(plot, event)[0] - area.left) / (area.right - area.left)) * (high - low));
  };
  plot.addEventListener("pointerdown", (event) => (plot.setPointerCapture(event.pointerId), take(event)), { signal });
  plot.addEventListener("pointermove", (event) => event.buttons & 1 && take(event), { signal });
  plot.addEventListener(
    "keydown",
    (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      to(model.get("at") + (by * (high - low)) / (model.get("axis").count - 1));
    },
    { signal },
  );
}

// ---- below --------------------------------------------------------------------------------------

function drawFoot(explorer) {
  const { model, parts } = explorer;
  const error = model.get("error");
  const row = element("div", { class: "astrolib-row astrolib-spread" }, model.get("brushing") ? brushStatus(explorer) : element("span", {}), hints(model));
  parts.foot.replaceChildren(...(error ? [element("div", { class: "astrolib-error", role: "alert" }, error)] : []), row);
}

function brushStatus(explorer) {
  const { model } = explorer;
  const brushed = model.get("brushed");
  if (!brushed.length) return element("span", { class: "astrolib-note", role: "status" }, "Drag over the map to brush a region.");
  const counts = numbers(model.get("counts"), Float32Array);
  const count = brushed.reduce((sum, neuron) => sum + counts[neuron], 0);
  const said = element("span", { role: "status" }, `${count} spectra of ${brushed.length} ${brushed.length === 1 ? "neuron" : "neurons"}`);
  const label = model.get("deck");
  const go = label ? button(label, () => model.send({ do: "deck" }), { class: "astrolib-primary" }) : null;
  if (go) go.disabled = !count;
  const clear = button("Clear", () => brush(explorer, []));
  return element("span", { class: "astrolib-row" }, icon("check"), said, go, clear);
}

function hints(model) {
  const group = (keys, text) => element("span", { class: "astrolib-group astrolib-note" }, ...keys.map(key), text);
  const brushing = model.get("brushing") ? [group(["⇧", "↑ ↓ ← →"], "brush"), group(["Space"], "one"), group(["Esc"], "clear")] : [];
  if (model.get("brushing") && model.get("deck")) brushing.push(group(["Enter"], "deck"));
  return element("span", { class: "astrolib-row" }, group(["↑ ↓ ← →"], "move"), ...brushing);
}
