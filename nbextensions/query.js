// The query panel's form, what is going on, and the download.
import { button, element, field, follow, icon, send } from "./dom.js";

/** @typedef {{model: any, signal: AbortSignal}} Panel */

const BUSY = ["resolving", "searching", "downloading"];

export default {
  render({ model, el, signal }) {
    const panel = { model, signal };
    el.classList.add("astrolib-query-controls");
    el.append(form(panel), status(panel), choice(panel), outcome(panel));
    follow(model, signal, ["found"], () => {
      const root = el.closest(".astrolib-query");
      root?.classList.toggle("astrolib-query-found", model.get("found") > 0);
    });
    // the panel may not be in the page yet when the first view is drawn
    requestAnimationFrame(() => el.closest(".astrolib-query")?.classList.toggle("astrolib-query-found", model.get("found") > 0));
  },
};

// ---- the form -----------------------------------------------------------------------------------

/** @param {Panel} panel */
function form(panel) {
  const { model, signal } = panel;
  const known = element("datalist", { id: `services-${crypto.randomUUID()}` });
  known.append(...model.get("services").map(({ name, title }) => element("option", { value: name, label: title })));
  const title = element("span", { class: "astrolib-note astrolib-query-service" });
  follow(model, signal, ["form"], () => {
    const chosen = model.get("services").find(({ name }) => name === model.get("form").service);
    title.textContent = chosen?.title ?? "the service at this address";
  });
  const find = button("Search", () => {}, { icon: "search", class: "astrolib-primary" });
  find.type = "submit";
  const stop = button("Stop waiting", () => model.send({ do: "cancel" }), { icon: "cross" });
  const locate = button("Find position", () => model.send({ do: "resolve" }), { title: "Look up where the target is, and search around it" });
  follow(model, signal, ["phase", "form"], () => {
    const phase = model.get("phase");
    find.disabled = phase === "downloading";
    stop.hidden = phase !== "searching" && phase !== "resolving";
    locate.disabled = BUSY.includes(phase) || !model.get("form").target;
  });
  return element(
    "form",
    {
      class: "astrolib-query-form",
      "aria-label": "What to search for",
      onsubmit: (event) => {
        event.preventDefault();
        if (!find.disabled) model.send({ do: "search" });
      },
    },
    known,
    row(field("Service or address", text(panel, "service", { list: known.id, size: 24 })), title),
    row(
      field("Target, as the archive names it", text(panel, "target", { size: 22 })),
      locate,
      field("Position (RA, Dec)", text(panel, "position", { size: 26, placeholder: "83.633 22.014" })),
      field("Radius", text(panel, "radius", { size: 5, inputmode: "decimal" })),
      field("Unit", choose(panel, "radius_unit", model.get("radius_units"))),
    ),
    row(
      pair("Wavelength from, to [Å]", text(panel, "band_min", number("Wavelength from")), text(panel, "band_max", number("Wavelength to"))),
      pair("Taken between (UTC)", text(panel, "time_min", date("Taken after")), text(panel, "time_max", date("Taken before"))),
      field("Most rows", text(panel, "max_records", { size: 6, inputmode: "numeric" })),
      element("span", { class: "astrolib-group astrolib-query-go" }, find, stop),
    ),
  );
}

const row = (...children) => element("div", { class: "astrolib-row astrolib-query-row" }, ...children);
const number = (label) => ({ size: 7, inputmode: "decimal", "aria-label": label });
const date = (label) => ({ size: 10, placeholder: "2010-01-31", "aria-label": label });

/** Two fields under one label. */
function pair(label, first, last) {
  return element(
    "div",
    { class: "astrolib-field", role: "group", "aria-label": label },
    element("span", {}, label),
    element("div", { class: "astrolib-group" }, first, element("span", { "aria-hidden": "true" }, "–"), last),
  );
}

/** A text field of the form: each keystroke is kept, Enter searches. */
function text({ model, signal }, name, attributes = {}) {
  const made = element("input", {
    class: "astrolib-input",
    spellcheck: "false",
    autocomplete: "off",
    name,
    oninput: () => send(model, { form: { ...model.get("form"), [name]: made.value } }),
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
    { class: "astrolib-input", name, onchange: () => send(model, { form: { ...model.get("form"), [name]: made.value } }) },
    ...values.map((value) => element("option", { value }, value)),
  );
  follow(model, signal, ["form"], () => (made.value = model.get("form")[name]));
  return made;
}

// ---- what is going on ---------------------------------------------------------------------------

/** What is said of an answer: failed never looks like none. */
function saying(model) {
  const phase = model.get("phase");
  const { status: answered, truncated } = model.get("answer");
  const count = model.get("found");
  if (phase === "failed") return ["astrolib-error", "warn", `Failed: ${model.get("error")}`];
  if (phase === "searching") return ["astrolib-status", "spinner", `Asking ${model.get("form").service} …`];
  if (phase === "resolving") return ["astrolib-status", "spinner", `Looking up ${model.get("form").target} …`];
  if (answered === "none") return ["astrolib-status", "check", "None: the service answered, and holds nothing that matches."];
  if (answered === "found") {
    const cut = truncated ? " The service cut its answer short: there are more. Narrow the search, or raise the most rows." : "";
    return [`astrolib-status ${truncated ? "astrolib-warn" : "astrolib-good"}`, truncated ? "warn" : "check", `Found ${count} ${count === 1 ? "spectrum" : "spectra"}.${cut}`];
  }
  return ["astrolib-status", null, "Fill in what you know, and press Enter. An empty field does not narrow the search."];
}

/** @param {Panel} panel */
function status({ model, signal }) {
  const made = element("div", { role: "status", "aria-live": "polite" });
  follow(model, signal, ["phase", "error", "notice", "answer", "found"], () => {
    const [style, sign, words] = saying(model);
    const mark = sign === "spinner" ? element("span", { class: "astrolib-spinner" }) : sign && icon(sign);
    const notice = model.get("notice");
    made.className = `astrolib-query-status ${style}`;
    made.replaceChildren(...[mark, element("span", {}, words), notice && element("span", { class: "astrolib-note" }, notice)].filter(Boolean));
  });
  return made;
}

// ---- the download -------------------------------------------------------------------------------

/** @param {Panel} panel */
function choice(panel) {
  const { model, signal } = panel;
  const fetch = button("", () => model.send({ do: "download" }), { icon: "download", class: "astrolib-primary" });
  const words = element("span");
  fetch.append(words);
  const bar = element("div");
  const progress = element("div", { class: "astrolib-progress", role: "progressbar", "aria-label": "Download" }, bar);
  const count = element("span", { class: "astrolib-note" });
  const cut = element(
    "span",
    { class: "astrolib-group" },
    text(panel, "cut_min", number("Cut from")),
    element("span", { "aria-hidden": "true" }, "–"),
    text(panel, "cut_max", number("Cut to")),
    element("span", {}, "Å"),
  );
  follow(model, signal, ["phase", "selected", "form"], () => {
    const chosen = model.get("selected").length;
    const downloading = model.get("phase") === "downloading";
    fetch.disabled = !chosen || BUSY.includes(model.get("phase"));
    words.textContent = chosen ? `Download ${chosen} ${chosen === 1 ? "spectrum" : "spectra"}` : "Choose rows to download";
    progress.hidden = count.hidden = !downloading;
    cut.hidden = model.get("form").part !== "cutout";
  });
  follow(model, signal, ["progress"], () => {
    const [done, total] = model.get("progress");
    bar.style.width = `${total ? (100 * done) / total : 0}%`;
    progress.setAttribute("aria-valuenow", String(done));
    progress.setAttribute("aria-valuemax", String(total));
    count.textContent = `${done} of ${total}`;
  });
  const part = parts(panel);
  return element("div", { class: "astrolib-row astrolib-query-choice" }, fetch, part, cut, progress, count);
}

/** Whole files, or a part of each. */
function parts({ model, signal }) {
  const choices = [["whole", "Whole files"], ["cutout", "Only H-alpha"]];
  const buttons = choices.map(([value, label]) => [value, button(label, () => send(model, { form: { ...model.get("form"), part: value } }))]);
  follow(model, signal, ["form"], () => {
    for (const [value, made] of buttons) made.setAttribute("aria-pressed", String(model.get("form").part === value));
  });
  return element("span", { class: "astrolib-segments", role: "group", "aria-label": "What to fetch" }, ...buttons.map(([, made]) => made));
}

/** @param {Panel} panel */
function outcome({ model, signal }) {
  const made = element("div", { class: "astrolib-query-outcome", role: "status" });
  follow(model, signal, ["outcome"], () => {
    const { requested, delivered, missing } = model.get("outcome");
    made.hidden = requested === undefined;
    if (made.hidden) return;
    const all = missing.length === 0;
    const line = element(
      "div",
      { class: `astrolib-status ${all ? "astrolib-good" : "astrolib-warn"}` },
      icon(all ? "check" : "warn"),
      element("span", {}, `${requested} requested, ${delivered} delivered, ${missing.length} missing`),
    );
    made.replaceChildren(...[line, all ? null : reasons(missing)].filter(Boolean));
  });
  return made;
}

/** Each row that did not arrive, and why. */
function reasons(missing) {
  const rows = missing.map(({ id, reason }) => element("tr", {}, element("td", {}, id), element("td", {}, reason)));
  const head = element("tr", {}, element("th", { scope: "col" }, "missing"), element("th", { scope: "col" }, "why"));
  return element(
    "details",
    {},
    element("summary", {}, "What is missing, and why"),
    element("div", { class: "astrolib-query-missing" }, element("table", { class: "astrolib-table" }, element("thead", {}, head), element("tbody", {}, ...rows))),
  );
}
