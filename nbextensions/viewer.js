// The spectrum viewer's tools, legend and readout, and what wheel, mouse and keys do to its plot.
import { button, element, follow, icon, key, send } from "./dom.js";

const STEP = 1.25; // one press of + or -
const SERIES = 8;
const HINTS = { zoom: ["-", "+"], move: ["←", "→"], reset: ["R"], line: ["H"] };
const KEYS = { "←": "ArrowLeft", "→": "ArrowRight" };

/** A view in progress: the model, the two scales of the plot, and the signal that ends it. */
/** @typedef {{model: any, x: any, y: any, el: HTMLElement, signal: AbortSignal}} Viewer */

export default {
  async render({ model, el, host, signal }) {
    const [x, y] = await Promise.all(["x_scale", "y_scale"].map((name) => host.getModel(model.get(name))));
    /** @type {Viewer} */
    const viewer = { model, x, y, el, signal };
    el.classList.add("astrolib-viewer-controls");
    el.append(tools(viewer), notice(viewer), empty(viewer), legend(viewer), foot(viewer));
    withPlot(el, signal, (root, plot) => handle(viewer, root, plot));
  },
};

// ---- the range in view --------------------------------------------------------------------------

/** @param {any} scale @returns {[number, number]} */
const range = (scale) => [scale.get("min"), scale.get("max")];

/** Set a scale at once in the browser; the kernel follows. */
function move(scale, low, high) {
  if (!(high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)))) return;
  scale.set({ min: low, max: high });
  scale.save_changes();
}

/** Zoom about a place given as a fraction of the range. */
function zoom(scale, factor, at = 0.5) {
  const [low, high] = range(scale);
  const centre = low + at * (high - low);
  move(scale, centre - (centre - low) / factor, centre + (high - centre) / factor);
}

function pan(scale, fraction) {
  const [low, high] = range(scale);
  move(scale, low + fraction * (high - low), high + fraction * (high - low));
}

// ---- the tools above the plot -------------------------------------------------------------------

function tools(viewer) {
  const { model } = viewer;
  return element(
    "div",
    { class: "astrolib-row astrolib-viewer-tools", role: "toolbar", "aria-label": "How the spectra are shown" },
    segments(viewer, "stacked", "Arrangement", [[false, "Over"], [true, "Stacked"]]),
    segments(viewer, "medium", "Wavelengths in", [["air", "Air"], ["vacuum", "Vacuum"]]),
    segments(viewer, "x_unit", "Unit of the horizontal axis", Object.entries(model.get("units"))),
    toggle(viewer, "normalised", "Normalised", "Divide by the continuum (N)"),
    element("span", { class: "astrolib-group" }, toggle(viewer, "show_lines", "Lines", "Show the line list (L)"), groups(viewer)),
    centre(viewer),
    element("span", { class: "astrolib-group astrolib-push" }, ...ends(viewer)),
  );
}

/** A choice of one: a row of buttons, the chosen one pressed. */
function segments({ model, signal }, trait, label, choices) {
  const buttons = choices.map(([value, text]) => [value, button(text, () => send(model, { [trait]: value }))]);
  follow(model, signal, [trait], () => {
    for (const [value, made] of buttons) made.setAttribute("aria-pressed", String(model.get(trait) === value));
  });
  return element("span", { class: "astrolib-segments", role: "group", "aria-label": label }, ...buttons.map(([, made]) => made));
}

function toggle({ model, signal }, trait, text, title) {
  const made = button(text, () => send(model, { [trait]: !model.get(trait) }), { title });
  follow(model, signal, [trait], () => made.setAttribute("aria-pressed", String(model.get(trait))));
  return made;
}

/** Which groups of lines are drawn, in a list that opens. */
function groups({ model, signal }) {
  const names = [...new Set(model.get("rest_lines").map((line) => line.group))];
  const boxes = names.map((name) => element("input", { type: "checkbox", onchange: change, value: name }));
  function change() {
    send(model, { groups_off: boxes.filter((box) => !box.checked).map((box) => box.value) });
  }
  follow(model, signal, ["groups_off"], () => {
    for (const box of boxes) box.checked = !model.get("groups_off").includes(box.value);
  });
  const list = element("div", {}, ...boxes.map((box) => element("label", {}, box, box.value)));
  const which = element("details", {}, element("summary", { class: "astrolib-button", "aria-label": "Which lines" }, "▾"), list);
  document.addEventListener("pointerdown", (event) => which.contains(/** @type {Node} */ (event.target)) || (which.open = false), { signal });
  which.addEventListener("keydown", (event) => event.key === "Escape" && (which.open = false));
  return which;
}

/** The line that velocities are about, and a button that brings it to the middle. */
function centre({ model, signal }) {
  const options = model.get("rest_lines").map(({ name }) => element("option", { value: name }, name));
  const select = element("select", { class: "astrolib-input", "aria-label": "Line", onchange: choose }, ...options);
  function choose() {
    send(model, { line: select.value });
    model.send({ do: "centre" });
  }
  follow(model, signal, ["line"], () => (select.value = model.get("line")));
  return element(
    "span",
    { class: "astrolib-group" },
    button("Centre on", () => model.send({ do: "centre" }), { title: "Bring the line to the middle (H)" }),
    select,
  );
}

/** Both ends of the range, to read and to write. */
function ends({ x, signal }) {
  const fields = ["Range from", "Range to"].map((label) =>
    element("input", { class: "astrolib-input astrolib-number", inputmode: "decimal", "aria-label": label, onchange: change }),
  );
  function show() {
    const [low, high] = range(x);
    [low, high].forEach((value, end) => {
      fields[end].value = digits(value, high - low);
      fields[end].removeAttribute("aria-invalid");
    });
  }
  function change() {
    const [low, high] = fields.map((made) => Number(made.value.replace(",", ".")));
    if (low < high) move(x, low, high);
    else this.setAttribute("aria-invalid", "true");
  }
  follow(x, signal, ["min", "max"], show);
  return [fields[0], element("span", { "aria-hidden": "true" }, "–"), fields[1]];
}

/** Write a number as finely as a span of that width deserves. */
function digits(value, span) {
  const places = Math.min(8, Math.max(0, Math.ceil(3 - Math.log10(span || 1))));
  return value.toFixed(places);
}

// ---- what is said around the plot ---------------------------------------------------------------

function notice({ model, signal }) {
  const made = element("div", { class: "astrolib-viewer-notice", role: "status" });
  follow(model, signal, ["error", "notice"], () => {
    const failed = model.get("error");
    const text = failed || model.get("notice");
    made.hidden = !text;
    made.className = `astrolib-viewer-notice ${failed ? "astrolib-error" : "astrolib-row astrolib-note"}`;
    made.replaceChildren(...(failed ? [text] : [icon("warn"), text]));
  });
  return made;
}

function empty({ model, signal }) {
  const made = element("div", { class: "astrolib-empty astrolib-viewer-empty" }, "No spectra yet. Set viewer.spectra to show some.");
  follow(model, signal, ["phase"], () => (made.hidden = model.get("phase") !== "idle"));
  return made;
}

function legend({ model, signal }) {
  const list = element("ul", { class: "astrolib-viewer-legend", "aria-label": "Spectra" });
  follow(model, signal, ["legend", "hidden"], () => {
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    const entries = model.get("legend");
    list.dataset.count = String(entries.length);
    list.replaceChildren(...entries.map((entry, place) => element("li", {}, switchOf(model, entry, place))));
    if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  });
  return list;
}

/** One spectrum in the legend: press to hide or show it, point at it to make it stand out. */
function switchOf(model, { id, name, detail }, place) {
  const hidden = model.get("hidden");
  const shown = !hidden.includes(id);
  const stand = (who) => () => send(model, { highlighted: who });
  const swatch = element("span", { class: "astrolib-swatch" });
  swatch.style.background = `var(--astrolib-series-${(place % SERIES) + 1})`;
  return element(
    "button",
    {
      type: "button",
      "aria-pressed": String(shown),
      "data-id": id,
      title: `${name}\n${detail}`,
      onclick: () => send(model, { hidden: shown ? [...hidden, id] : hidden.filter((other) => other !== id) }),
      onpointerenter: stand(id),
      onpointerleave: stand(""),
      onfocus: stand(id),
      onblur: stand(""),
    },
    swatch,
    element("span", { class: "astrolib-name" }, name),
    element("span", { class: "astrolib-note" }, detail),
  );
}

/** The readout, and every key of the plot as a button. */
function foot(viewer) {
  const hints = Object.entries(HINTS).map(([word, keys]) =>
    element("span", { class: `astrolib-group astrolib-viewer-hint-${word}` }, ...keys.map((name) => keyButton(viewer, name, word)), element("span", { class: "astrolib-note" }, word)),
  );
  const saving = button("SVG", () => save(viewer), { icon: "download", class: "astrolib-quiet", title: "Save the figure as SVG" });
  return element(
    "div",
    { class: "astrolib-row astrolib-spread astrolib-viewer-foot" },
    element("output", { "aria-live": "off" }, "\u00a0"),
    element("span", { class: "astrolib-row", role: "group", "aria-label": "View" }, ...hints, saving),
  );
}

function keyButton(viewer, name, word) {
  return element(
    "button",
    { type: "button", class: "astrolib-bare", "aria-label": `${word} (key ${name})`, onclick: () => actions(viewer)[KEYS[name] ?? name.toLowerCase()]() },
    key(name),
  );
}

/** Save the figure with the colours it has on the screen. */
function save({ el }) {
  const plot = el.closest(".astrolib-viewer")?.querySelector(".bqplot");
  if (!plot) return;
  const { width, height } = plot.getBoundingClientRect();
  const page = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  page.setAttribute("xmlns", page.namespaceURI);
  page.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const paper = document.createElementNS(page.namespaceURI, "rect");
  paper.setAttribute("width", "100%");
  paper.setAttribute("height", "100%");
  paper.setAttribute("fill", getComputedStyle(plot.closest(".astrolib-panel")).backgroundColor);
  page.append(paper, ...[...plot.querySelectorAll(":scope > svg")].map(painted));
  const link = element("a", { download: "spectra.svg", href: URL.createObjectURL(new Blob([page.outerHTML], { type: "image/svg+xml" })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const PAINT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "display", "visibility", "font-size", "font-family", "text-anchor"];

/** Copy an SVG with every computed colour written down, so that it needs no stylesheet. */
function painted(svg) {
  const copy = svg.cloneNode(true);
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((made, place) => {
    const style = getComputedStyle(originals[place]);
    made.setAttribute("style", PAINT.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
  });
  return copy;
}

// ---- wheel, mouse and keys ----------------------------------------------------------------------

/** Wait until bqplot has put its figure beside the controls. */
function withPlot(el, signal, use) {
  const timer = setInterval(() => {
    const root = el.closest(".astrolib-viewer");
    const plot = root?.querySelector(":scope > .bqplot");
    if (plot) {
      clearInterval(timer);
      use(root, plot);
    }
  }, 30);
  signal.addEventListener("abort", () => clearInterval(timer));
}

function handle(viewer, root, plot) {
  const { model, signal } = viewer;
  plot.tabIndex = 0;
  plot.setAttribute("role", "application");
  plot.setAttribute("aria-label", "Plot of the spectra. Plus and minus zoom, arrows move, R resets.");
  plot.addEventListener("keydown", (event) => press(viewer, event), { signal });
  plot.addEventListener("wheel", (event) => wheel(viewer, plot, event), { signal, passive: false });
  plot.addEventListener("pointerdown", (event) => drag(viewer, root, plot, event), { signal });
  plot.addEventListener("pointermove", (event) => read(viewer, root, plot, event), { signal });
  plot.addEventListener("pointerleave", () => say(root, "\u00a0"), { signal });
  plot.addEventListener("dblclick", () => model.send({ do: "reset" }), { signal });
  const watch = new ResizeObserver(() => send(model, { columns: Math.round(area(model, plot).width) }));
  watch.observe(plot);
  signal.addEventListener("abort", () => watch.disconnect());
}

/** Where the scales begin and end on the screen. */
function area(model, plot) {
  const { left, right, top, bottom } = model.get("inset");
  const box = plot.getBoundingClientRect();
  return { left: box.left + left, top: box.top + top, width: box.width - left - right, height: box.height - top - bottom };
}

/** Where the pointer is: fractions of the plot, from the left and from the bottom. */
function place(model, plot, event) {
  const { left, top, width, height } = area(model, plot);
  return { across: (event.clientX - left) / width, up: 1 - (event.clientY - top) / height };
}

/** What each key does. */
function actions({ model, x, y }) {
  return {
    "+": () => zoom(x, STEP),
    "=": () => zoom(x, STEP),
    "-": () => zoom(x, 1 / STEP),
    ArrowLeft: () => pan(x, -0.1),
    ArrowRight: () => pan(x, 0.1),
    ArrowUp: () => pan(y, 0.1),
    ArrowDown: () => pan(y, -0.1),
    r: () => model.send({ do: "reset" }),
    h: () => model.send({ do: "centre" }),
    l: () => send(model, { show_lines: !model.get("show_lines") }),
    n: () => send(model, { normalised: !model.get("normalised") }),
  };
}

function press(viewer, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = actions(viewer)[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

/** The wheel zooms once the plot was clicked; until then it scrolls the page, as people expect. */
function wheel({ model, x, y }, plot, event) {
  if (document.activeElement !== plot && !event.ctrlKey) {
    say(plot.parentElement, "Click the plot, then the wheel zooms");
    return;
  }
  event.preventDefault();
  const { across, up } = place(model, plot, event);
  const turned = event.deltaY || event.deltaX; // with shift the browser turns the wheel sideways
  const factor = Math.exp(-turned / 400);
  if (event.shiftKey) zoom(y, factor, up);
  else zoom(x, factor, across);
}

/** Drag moves the spectra; with shift it draws the box to zoom into. */
function drag(viewer, root, plot, event) {
  if (event.button !== 0) return;
  plot.focus({ preventScroll: true });
  plot.setPointerCapture(event.pointerId);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, viewer.signal]);
  const gesture = event.shiftKey ? boxing(viewer, root, plot, event) : panning(viewer, plot, event);
  plot.addEventListener("pointermove", gesture.move, { signal });
  for (const end of ["pointerup", "pointercancel"]) {
    plot.addEventListener(end, (last) => (gesture.end(last), stop.abort()), { signal });
  }
}

function panning({ model, x }, plot, start) {
  const [low, high] = range(x);
  const { width } = area(model, plot);
  let frame = 0;
  return {
    move(event) {
      plot.classList.add("astrolib-panning");
      const shift = ((start.clientX - event.clientX) / width) * (high - low);
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => move(x, low + shift, high + shift));
    },
    end: () => plot.classList.remove("astrolib-panning"),
  };
}

function boxing({ model, x, y }, root, plot, start) {
  const box = element("div", { class: "astrolib-viewer-box" });
  const outer = root.getBoundingClientRect();
  const from = place(model, plot, start);
  root.append(box);
  return {
    move(event) {
      const [left, right] = [start.clientX, event.clientX].sort((a, b) => a - b);
      const [top, bottom] = [start.clientY, event.clientY].sort((a, b) => a - b);
      Object.assign(box.style, {
        left: `${left - outer.left + root.scrollLeft}px`,
        top: `${top - outer.top}px`,
        width: `${right - left}px`,
        height: `${bottom - top}px`,
      });
    },
    end(event) {
      box.remove();
      const to = place(model, plot, event);
      if (Math.abs(to.across - from.across) < 0.01) return;
      // the flux first: a fixed flux range keeps the kernel from fitting it to the new wavelengths
      if (Math.abs(to.up - from.up) > 0.02) move(y, ...between(y, from.up, to.up));
      move(x, ...between(x, from.across, to.across));
    },
  };
}

function between(scale, one, other) {
  const [low, high] = range(scale);
  return [Math.min(one, other), Math.max(one, other)].map((at) => low + at * (high - low));
}

/** Say where the pointer is, in the units of the axes. */
function read({ model, x, y }, root, plot, event) {
  const { across, up } = place(model, plot, event);
  if (across < 0 || across > 1 || up < 0 || up > 1) return say(root, "\u00a0");
  const [left, right] = range(x);
  const [low, high] = range(y);
  const unit = model.get("units")[model.get("x_unit")];
  const flux = low + up * (high - low);
  const written = Math.abs(high) < 1e-3 || Math.abs(high) >= 1e5 ? flux.toExponential(3) : digits(flux, high - low);
  say(root, `${digits(left + across * (right - left), right - left)} ${unit}   flux ${written}`);
}

function say(root, text) {
  const output = root.querySelector(".astrolib-viewer-foot output");
  if (output) output.textContent = text;
}
