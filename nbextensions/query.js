// The query panel around its form: what is going on, and the download.
import { button, element, follow, icon } from "./dom.js";
import { number, queryForm, segments, text } from "./query_form.js";

const BUSY = ["resolving", "searching", "downloading"];
const NOTHING = {
  ssap: "the service answered, and holds nothing that matches.",
  votable: "the table has no rows.",
  folder: "no spectra lie in this folder.",
  listing: "no spectra are listed there.",
};
const PARTS = [["whole", "Whole files"], ["cutout", "Only H-alpha"]];

export default {
  render({ model, el, signal }) {
    const panel = { model, signal };
    el.classList.add("astrolib-query-controls");
    el.append(queryForm(panel), status(panel), choice(panel), outcome(panel));
    follow(model, signal, ["found"], () => {
      const root = el.closest(".astrolib-query");
      root?.classList.toggle("astrolib-query-found", model.get("found") > 0);
    });
    // the panel may not be in the page yet when the first view is drawn
    requestAnimationFrame(() => el.closest(".astrolib-query")?.classList.toggle("astrolib-query-found", model.get("found") > 0));
  },
};

// ---- what is going on ---------------------------------------------------------------------------

/** What is asked, in words. */
function question({ source, service, path, target, position, position_of: name, radius, radius_unit: unit }) {
  if (source !== "ssap") return `Reading ${path} …`;
  const around = name || position;
  if (radius && around) return `Asking ${service} for spectra within ${radius} ${unit} of ${around} …`;
  return target ? `Asking ${service} for spectra of ${target} …` : `Asking ${service} …`;
}

/** What is said of an answer: failed never looks like none. */
function saying(model) {
  const phase = model.get("phase");
  const { status: answered, truncated, source } = model.get("answer");
  const count = model.get("found");
  if (phase === "failed") return ["astrolib-error", "warn", `Failed: ${model.get("error")}`];
  if (phase === "searching") return ["astrolib-status", "spinner", question(model.get("form"))];
  if (phase === "resolving") return ["astrolib-status", "spinner", `Looking up where ${model.get("form").target} is …`];
  if (answered === "none") return ["astrolib-status", "check", `None: ${NOTHING[source]}`];
  if (answered === "found") {
    const narrow = source === "ssap" ? "The service cut its answer short: there are more. Narrow the search, or raise" : "There are more: raise";
    const style = truncated ? "astrolib-warn" : "astrolib-good";
    const cut = truncated ? ` ${narrow} the most rows.` : "";
    return [`astrolib-status ${style}`, truncated ? "warn" : "check", `Found ${count} ${count === 1 ? "spectrum" : "spectra"}.${cut}`];
  }
  return ["astrolib-status", null, "Fill in what you know, and press Enter. An empty field does not narrow the search."];
}

/** @param {{model: any, signal: AbortSignal}} panel */
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

/** @param {{model: any, signal: AbortSignal}} panel */
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
  const part = segments(panel, "part", "What to fetch", PARTS);
  follow(model, signal, ["phase", "selected", "form", "answer"], () => {
    const chosen = model.get("selected").length;
    const downloading = model.get("phase") === "downloading";
    fetch.disabled = !chosen || BUSY.includes(model.get("phase"));
    words.textContent = chosen ? `Download ${chosen} ${chosen === 1 ? "spectrum" : "spectra"}` : "Choose rows to download";
    progress.hidden = count.hidden = !downloading;
    part.hidden = ["folder", "listing"].includes(model.get("answer").source);
    cut.hidden = part.hidden || model.get("form").part !== "cutout";
  });
  follow(model, signal, ["progress"], () => {
    const [done, total] = model.get("progress");
    bar.style.width = `${total ? (100 * done) / total : 0}%`;
    progress.setAttribute("aria-valuenow", String(done));
    progress.setAttribute("aria-valuemax", String(total));
    count.textContent = `${done} of ${total}`;
  });
  return element("div", { class: "astrolib-row astrolib-query-choice" }, fetch, part, cut, progress, count);
}

/** @param {{model: any, signal: AbortSignal}} panel */
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
