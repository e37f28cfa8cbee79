// The query panel's form: where to ask, and for what. Only the fields that apply are shown.
import { button, element, field, follow, randomId, send } from "./dom.js";

/** @typedef {{model: any, signal: AbortSignal}} Panel */

const SOURCES = { ssap: "Archive", votable: "VOTable", folder: "Folder", listing: "Listing" };
const PATHS = { votable: "Its path or address", folder: "Its path", listing: "Its address, http or ftp" };
const RULE = "With a radius: around the target's position. Without: by the archive's own names.";

/** @param {Panel} panel */
export function queryForm(panel) {
  const { model, signal } = panel;
  const known = element("datalist", { id: `services-${randomId()}` });
  known.append(...model.get("services").map(({ name, title }) => element("option", { value: name, label: title })));
  const archive = [aim(panel), limits(panel)];
  follow(model, signal, ["form"], () => {
    for (const made of archive) made.hidden = model.get("form").source !== "ssap";
  });
  return element(
    "form",
    {
      class: "astrolib-query-form",
      "aria-label": "What to search for",
      onsubmit: (event) => {
        event.preventDefault();
        if (model.get("phase") !== "downloading") model.send({ do: "search" });
      },
    },
    known,
    source(panel, known.id),
    archive[0],
    row(archive[1], field("Most rows", text(panel, "max_records", { size: 6, inputmode: "numeric" })), go(panel)),
  );
}

/** Where to ask: an archive, or a place where spectra lie. */
function source(panel, known) {
  const { model, signal } = panel;
  const service = field("", text(panel, "service", { list: known, size: 24 }));
  const path = field("", text(panel, "path", { size: 44 }));
  const title = element("span", { class: "astrolib-note astrolib-query-aside" });
  follow(model, signal, ["form"], () => {
    const form = model.get("form");
    const chosen = model.get("services").find(({ name }) => name === form.service);
    const onDisk = form.source === "votable" && !form.path.includes("://");
    path.hidden = form.source === "ssap";
    service.hidden = title.hidden = form.source !== "ssap" && !onDisk;
    say(path, PATHS[form.source] ?? "");
    say(service, onDisk ? "Saved from (service or address)" : "Service or address");
    title.textContent = chosen?.title ?? "the service at this address";
  });
  return row(group("From", segments(panel, "source", "From", Object.entries(SOURCES))), path, service, title);
}

/** What to search an archive for, or around. */
function aim(panel) {
  const { model, signal } = panel;
  const position = field("", text(panel, "position", { size: 24, placeholder: "83.633 22.014" }));
  follow(model, signal, ["form"], () => {
    const { position_of: name } = model.get("form");
    say(position, name ? `Position of ${name}` : "Position (RA, Dec)");
  });
  return row(
    field("Target", text(panel, "target", { size: 20 })),
    field("Radius", text(panel, "radius", { size: 5, inputmode: "decimal" })),
    field("Unit", choose(panel, "radius_unit", model.get("radius_units"))),
    position,
    element("span", { class: "astrolib-note astrolib-query-aside" }, RULE),
  );
}

function limits(panel) {
  return element(
    "div",
    { class: "astrolib-row astrolib-query-row" },
    pair("Wavelength from, to [Å]", text(panel, "band_min", number("Wavelength from")), text(panel, "band_max", number("Wavelength to"))),
    pair("Taken between (UTC)", text(panel, "time_min", date("Taken after")), text(panel, "time_max", date("Taken before"))),
  );
}

function go({ model, signal }) {
  const find = button("Search", () => {}, { icon: "search", class: "astrolib-primary" });
  find.type = "submit";
  const stop = button("Stop waiting", () => model.send({ do: "cancel" }), { icon: "cross" });
  follow(model, signal, ["phase"], () => {
    const phase = model.get("phase");
    find.disabled = phase === "downloading";
    stop.hidden = phase !== "searching" && phase !== "resolving";
  });
  return element("span", { class: "astrolib-group astrolib-query-go" }, find, stop);
}

// ---- fields -------------------------------------------------------------------------------------

const row = (...children) => element("div", { class: "astrolib-row astrolib-query-row" }, ...children);
const date = (label) => ({ size: 10, placeholder: "2010-01-31", "aria-label": label });

/** What a number's field needs, beside its name. */
export const number = (label) => ({ size: 7, inputmode: "decimal", "aria-label": label });

/** Change the label of a field. */
function say(made, label) {
  made.firstChild.textContent = label;
}

/** Controls under one label. */
function group(label, ...controls) {
  return element("div", { class: "astrolib-field", role: "group", "aria-label": label }, element("span", {}, label), ...controls);
}

/** Two fields under one label. */
function pair(label, first, last) {
  return group(label, element("div", { class: "astrolib-group" }, first, element("span", { "aria-hidden": "true" }, "–"), last));
}

/** Write into the form. A position that was looked up goes with its target, and one that is typed has no name. */
function write(model, name, value) {
  const form = { ...model.get("form"), [name]: value };
  if (name === "target" && form.position_of) form.position = "";
  if (name === "target" || name === "position") form.position_of = "";
  send(model, { form });
}

/** A text field of the form: each keystroke is kept, Enter searches. */
export function text({ model, signal }, name, attributes = {}) {
  const made = element("input", {
    class: "astrolib-input",
    spellcheck: "false",
    autocomplete: "off",
    name,
    oninput: () => write(model, name, made.value),
    onkeydown: (event) => {
      if (event.key !== "Enter") return;
      // the list of services would keep Enter for itself
      event.preventDefault();
      event.stopPropagation();
      made.form?.requestSubmit();
    },
    ...attributes,
  });
  follow(model, signal, ["form"], () => {
    if (made.value !== model.get("form")[name]) made.value = model.get("form")[name];
  });
  return made;
}

function choose({ model, signal }, name, values) {
  const made = element(
    "select",
    { class: "astrolib-input", name, onchange: () => write(model, name, made.value) },
    ...values.map((value) => element("option", { value }, value)),
  );
  follow(model, signal, ["form"], () => (made.value = model.get("form")[name]));
  return made;
}

/** A choice of one: a row of buttons, the chosen one pressed. */
export function segments({ model, signal }, name, label, choices) {
  const buttons = choices.map(([value, words]) => [value, button(words, () => write(model, name, value))]);
  follow(model, signal, ["form"], () => {
    for (const [value, made] of buttons) made.setAttribute("aria-pressed", String(model.get("form")[name] === value));
  });
  return element("span", { class: "astrolib-segments", role: "group", "aria-label": label }, ...buttons.map(([, made]) => made));
}
