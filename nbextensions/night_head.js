// The open place: where it is, its state and who moved it, what can be added, what is missing.
import { button, element, field, follow, icon } from "./dom.js";
import { stateChip } from "./night_state.js";

/** @returns {HTMLElement} */
export function headPart(view) {
  const { model, signal } = view;
  const way = element("div", { class: "astrolib-nights-way astrolib-note" });
  const title = element("div", { class: "astrolib-row" });
  const tools = element("div", { class: "astrolib-row" });
  const form = element("div", { class: "astrolib-nights-form", role: "group", hidden: true });
  const status = element("div", { class: "astrolib-nights-status", role: "status" });
  const note = element("p", { class: "astrolib-nights-note" });
  const lacking = element("div", { class: "astrolib-nights-lacking" });
  const history = element("details", { class: "astrolib-nights-history astrolib-note" });
  const head = { view, form, opened: "" };
  let last = {};
  follow(model, signal, ["now", "tree"], () => {
    const now = model.get("now");
    const place = model.get("tree").find((one) => one.id === now.id);
    if (now.id !== last.id || now.done !== last.done) closeForm(head);
    last = now;
    way.replaceChildren(...wayParts(view, now));
    title.replaceChildren(...titleParts(head, now, place));
    tools.replaceChildren(...toolParts(head, now, place));
    note.textContent = place?.note ?? "";
    note.hidden = !place?.note;
    status.replaceChildren(...statusParts(now));
    lacking.replaceChildren(...lackParts(now));
    drawHistory(history, now);
  });
  const bar = element("div", { class: "astrolib-row astrolib-spread" }, title, tools);
  return element("header", { class: "astrolib-nights-head" }, way, bar, form, note, status, lacking, history);
}

function wayParts(view, now) {
  const above = [{ id: "", name: "Surveys" }, ...(now.way ?? []).slice(0, -1)];
  if (!now.id) return [];
  return above.flatMap((place) => [element("button", { type: "button", class: "astrolib-bare", onclick: () => view.act("select", place.id) }, place.name), " › "]);
}

function titleParts(head, now, place) {
  const { view } = head;
  const name = element("h3", { class: "astrolib-title" }, place?.name ?? "Surveys");
  if (!place || !now.allowed?.length) return [name];
  const moves = now.allowed.map((state) => element("option", { value: state }, state));
  const choose = element(
    "select",
    {
      class: "astrolib-input",
      "aria-label": `Move ${place.name} to another state`,
      onchange: () => {
        const to = choose.value;
        choose.value = "";
        if (to === "lost") toggleForm(head, "lost", () => lostForm(head, place));
        else view.act("move", place.id, { state: to, seen: place.state });
      },
    },
    element("option", { value: "" }, "Move to …"),
    ...moves,
  );
  return [name, stateChip(place.state), choose];
}

// ---- what can be done here ----------------------------------------------------------------------

function toolParts(head, now, place) {
  const forms = [];
  if (now.level === "night") forms.push(["Load raw files", "download", loadForm]);
  if (!now.id || now.level === "night") forms.push(["Take in a reduced night", "plus", takeForm]);
  if (now.adds) forms.push([`Add ${now.adds}`, "plus", addForm]);
  if (place) forms.push(["Edit", null, editForm]);
  return forms.map(([text, sign, make]) => {
    const press = button(text, () => toggleForm(head, text, () => make(head, now, place)), sign ? { icon: sign } : {});
    press.disabled = now.phase === "loading";
    return press;
  });
}

function toggleForm(head, name, make) {
  if (head.opened === name) return closeForm(head);
  head.opened = name;
  head.form.replaceChildren(...make());
  head.form.hidden = false;
  head.form.querySelector("input, textarea")?.focus();
}

function closeForm(head) {
  head.opened = "";
  head.form.hidden = true;
  head.form.replaceChildren();
}

/** The fields of a form, what sends it, and what closes it. */
function formParts(head, fields, does, send) {
  const filled = () => Array.from(head.form.querySelectorAll("[required]")).every((input) => input.value.trim());
  const submit = () => filled() && send();
  head.form.onkeydown = (event) => {
    if (event.key === "Escape") closeForm(head);
    else if (event.key === "Enter" && event.target.matches("input")) submit();
    else return;
    event.preventDefault();
  };
  const press = button(does, submit, { class: "astrolib-primary" });
  return [...fields, press, button("Cancel", () => closeForm(head), { class: "astrolib-quiet" })];
}

function textInput(value = "", hint = "") {
  const input = element("input", { class: "astrolib-input", placeholder: hint, required: true });
  input.value = value;
  return input;
}

function addForm(head, now) {
  const name = textInput("", { night: "2026-03-01", survey: "its name" }[now.adds] ?? "its name");
  return formParts(head, [field(`Name of the ${now.adds}`, name)], "Add", () => head.view.act("add", now.id, { level: now.adds, name: name.value }));
}

function editForm(head, now, place) {
  const name = textInput(place.name);
  const note = element("input", { class: "astrolib-input", placeholder: "weather, instrument, anything" });
  note.value = place.note;
  return formParts(head, [field("Name", name), field("Note", note)], "Save", () => head.view.act("edit", now.id, { name: name.value, note: note.value }));
}

function lostForm(head, place) {
  const reason = textInput("clouds", "clouds, wind, a broken dome");
  return formParts(head, [field("Lost to", reason)], "Move to lost", () => head.view.act("move", place.id, { state: "lost", seen: place.state, reason: reason.value }));
}

function loadForm(head, now) {
  const folder = textInput("", "folder of the raw files");
  const options = now.maps.map(({ name, about }) => element("option", { value: name }, `${name}: ${about}`));
  const map = element("select", { class: "astrolib-input" }, element("option", { value: "" }, "as each header tells"), ...options);
  return formParts(head, [field("Folder", folder), field("Header map", map)], "Load", () => head.view.act("load", now.id, { folder: folder.value, map: map.value }));
}

function takeForm(head, now) {
  const path = textInput("", "ledger.sqlite of a run");
  return formParts(head, [field("File", path)], "Take in", () => head.view.act("take in", now.id, { path: path.value }));
}

// ---- what is going on, and what is missing ------------------------------------------------------

function statusParts(now) {
  if (now.phase === "loading") {
    const [done, total] = now.progress;
    const bar = element("div", {});
    bar.style.width = total ? `${(100 * done) / total}%` : "0";
    const words = element("span", {}, total ? `${done} of ${total} files` : "Looking for files");
    return [element("div", { class: "astrolib-status" }, element("div", { class: "astrolib-spinner" }), words, element("div", { class: "astrolib-progress" }, bar))];
  }
  if (now.error) return [element("div", { class: "astrolib-error", role: "alert" }, now.error)];
  if (now.said) return [element("div", { class: "astrolib-status astrolib-good" }, icon("check"), now.said)];
  return [];
}

function lackParts(now) {
  if (!now.lacking?.length) return [];
  const each = now.lacking.map(({ what, why, needed }) =>
    element("li", { class: needed ? "astrolib-nights-needed" : null }, needed ? icon("warn") : null, element("b", {}, what), element("span", { class: "astrolib-note" }, why)),
  );
  return [element("h4", {}, "Missing"), element("ul", {}, ...each)];
}

function drawHistory(place, now) {
  place.hidden = !now.history?.length;
  const rows = (now.history ?? []).map(({ when, who, what }) => element("div", {}, element("span", {}, when), element("span", {}, who), element("span", {}, what)));
  const [last] = now.history ?? [];
  const said = last ? `${last.what}, by ${last.who}, ${last.when}` : "";
  place.replaceChildren(element("summary", {}, `Last: ${said}`), ...rows);
}
