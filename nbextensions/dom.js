// What the widgets' modules share: elements made from text, icons, keys. Nothing is ever parsed as HTML.

/** The icons, drawn on a square of 16; strokes take the colour of the text around them. */
const ICONS = {
  check: "M3 8.5l3.5 3.5L13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  warn: "M8 2.5L14.5 13.5H1.5zM8 6.5v3.5M8 12v.01",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.5 10.5L14 14",
  reset: "M3 6.5A5.5 5.5 0 1 1 2.5 9M3 2.5v4h4",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  download: "M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10",
  left: "M10 3L5 8l5 5",
  right: "M6 3l5 5-5 5",
  undo: "M3 7h6.5a3.5 3.5 0 0 1 0 7H6M6 4L3 7l3 3",
  flag: "M4 14V2.5h8l-2 3 2 3H4",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
};

/**
 * Make an element; children may be elements or text, and text stays text.
 * @param {string} tag
 * @param {Record<string, any>} [attributes] attributes; `on*` are listeners, null, undefined and false are left out
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * @param {keyof typeof ICONS} name
 * @returns {SVGSVGElement} decoration only: the word beside it carries the meaning
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("class", "astrolib-icon");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * @param {string} label
 * @returns {HTMLElement} a keyboard key
 */
export function key(label) {
  return element("kbd", { class: "astrolib-key" }, label);
}

/**
 * @param {string} text
 * @param {() => void} press
 * @param {{icon?: keyof typeof ICONS, class?: string, title?: string, label?: string}} [options]
 * @returns {HTMLButtonElement}
 */
export function button(text, press, options = {}) {
  const attributes = {
    type: "button",
    class: `astrolib-button ${options.class ?? ""}`.trim(),
    title: options.title,
    "aria-label": options.label,
    onclick: press,
  };
  return element("button", attributes, options.icon ? icon(options.icon) : null, text || null);
}

/**
 * A field with its label above it.
 * @param {string} label
 * @param {HTMLElement} control
 * @returns {HTMLLabelElement}
 */
export function field(label, control) {
  return element("label", { class: "astrolib-field" }, element("span", {}, label), control);
}

/**
 * Call `draw` now, and again when any of the traits changes; undone when the view goes.
 * @param {{on: Function, off: Function}} model
 * @param {AbortSignal} signal
 * @param {string[]} traits
 * @param {() => void} draw
 */
export function follow(model, signal, traits, draw) {
  for (const trait of traits) model.on(`change:${trait}`, draw);
  signal.addEventListener("abort", () => traits.forEach((trait) => model.off(`change:${trait}`, draw)));
  draw();
}

/**
 * Set traits and send them.
 * @param {{set: Function, save_changes: Function}} model
 * @param {Record<string, any>} values
 */
export function send(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

/** @returns {string} 32 hex digits; `crypto.randomUUID` is missing where the hub is reached without https */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
