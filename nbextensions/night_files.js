// The files of a night or field: a table with small pictures, and what is known of the one pointed at.
import { button, element, follow, randomId } from "./dom.js";
import { isCommand } from "./keys.js";
import { stateChip } from "./night_state.js";
import { makePictures } from "./night_pictures.js";

const COLUMNS = [
  ["name", "name"],
  ["kind", "kind"],
  ["filter", "filter"],
  ["exposure", "exp. [s]"],
  ["start", "UTC"],
  ["target", "target"],
  ["state", "state"],
];

/** @returns {{part: HTMLElement, grid: HTMLElement}} `grid` takes the keys */
export function filesPart(view) {
  const { model, signal } = view;
  const kinds = element("div", { class: "astrolib-segments", role: "radiogroup", "aria-label": "Kinds of files" });
  const count = element("span", { class: "astrolib-note", role: "status" });
  const head = element("div", { class: "astrolib-nights-row astrolib-nights-headings", role: "row" });
  const body = element("div", { role: "rowgroup" });
  const list = { view, name: `file-${randomId()}`, kind: "", sort: { by: "name", down: false }, all: [], shown: [], lines: new Map(), head, body, kinds, count };
  list.grid = element("div", { class: "astrolib-nights-grid", role: "grid", tabindex: 0, "aria-label": "Files. Arrows move, digits answer what is asked.", onkeydown: (event) => fileKey(list, event) }, head, body);
  list.pictures = makePictures(model, signal, list.grid);
  list.about = element("aside", { class: "astrolib-nights-about", "aria-label": "The file" });
  const part = element("section", { class: "astrolib-nights-files" }, element("div", { class: "astrolib-row astrolib-spread" }, kinds, count), list.grid, list.about);
  const empty = element("p", { class: "astrolib-empty" });
  const sayEmpty = () => {
    part.hidden = !list.all.length;
    empty.hidden = !part.hidden;
    empty.textContent = emptyWords(model.get("now"), model.get("tree"));
  };
  follow(model, signal, ["files"], () => (loadFiles(list), sayEmpty()));
  follow(model, signal, ["now"], sayEmpty); // comes often, while files are sorted
  view.followers.push(() => pointFile(list));
  return { part: element("div", {}, part, empty), grid: list.grid };
}

function loadFiles(list) {
  list.all = JSON.parse(new TextDecoder().decode(list.view.model.get("files")));
  const known = list.all.some((file) => file.id === list.view.file);
  if (!known) list.view.file = (list.all.find((file) => file.open) ?? list.all[0])?.id ?? "";
  drawKinds(list);
  arrangeFiles(list);
  if (!known) requestAnimationFrame(() => showPointed(list));
}

/** Bring the file that is pointed at into the sight of the table, without moving the page. */
function showPointed(list) {
  const line = list.lines.get(list.view.file);
  if (line) list.grid.scrollTop = line.offsetTop - list.grid.clientHeight / 2;
}

function emptyWords({ id, level }, tree) {
  if (level === "night") return "No file yet. Load the raw files of this night, or take in what a run has left of it.";
  if (level === "field") return "No file in this field yet.";
  const below = tree.filter((place) => place.parent === (id ?? "")).length;
  const what = { survey: "project", project: "night" }[level] ?? "survey";
  return below ? `${below} ${what}${below > 1 ? "s" : ""}. Open one on the left.` : `No ${what} yet. Add the first above.`;
}

function drawKinds(list) {
  const counts = new Map();
  for (const file of list.all) counts.set(kindOf(file), (counts.get(kindOf(file)) ?? 0) + 1);
  if (!counts.has(list.kind)) list.kind = "";
  const choices = [["", list.all.length], ...[...counts].sort()];
  const made = choices.map(([kind, number]) => {
    const press = button(`${kind || "all"} ${number}`, () => {
      list.kind = kind;
      drawKinds(list);
      arrangeFiles(list);
    });
    press.setAttribute("role", "radio");
    press.setAttribute("aria-checked", String(kind === list.kind));
    return press;
  });
  list.kinds.replaceChildren(...made);
}

/** What a file is counted as: one in doubt is not yet of a kind. */
const kindOf = (file) => (file.left_out ? "left out" : file.open ? "in doubt" : file.kind);

function arrangeFiles(list) {
  const { by, down } = list.sort;
  const collator = new Intl.Collator(undefined, { numeric: true });
  list.shown = list.all.filter((file) => !list.kind || kindOf(file) === list.kind);
  list.shown.sort((a, b) => (down ? -1 : 1) * collator.compare(String(a[by] ?? ""), String(b[by] ?? "")));
  drawHeadings(list);
  list.lines = new Map(list.shown.map((file) => [file.id, fileLine(list, file)]));
  list.body.replaceChildren(...list.lines.values());
  list.count.textContent = list.shown.length === list.all.length ? "" : `${list.shown.length} of ${list.all.length} files`;
  list.pictures.watch([...list.lines].map(([id, line]) => [id, line.querySelector("canvas")]));
  pointFile(list);
}

function drawHeadings(list) {
  const made = COLUMNS.map(([by, words]) => {
    const sorted = list.sort.by === by ? (list.sort.down ? "descending" : "ascending") : "none";
    const sign = { none: "", ascending: " ▲", descending: " ▼" }[sorted];
    const press = element("button", { type: "button", class: "astrolib-bare", onclick: () => sortFiles(list, by) }, words + sign);
    return element("div", { role: "columnheader", "aria-sort": sorted, "data-column": by }, press);
  });
  list.head.replaceChildren(element("div", { role: "columnheader", "aria-label": "picture" }), ...made);
}

function sortFiles(list, by) {
  list.sort = { by, down: list.sort.by === by && !list.sort.down };
  arrangeFiles(list);
}

function fileLine(list, file) {
  const cell = (name, ...children) => element("div", { role: "gridcell", "data-column": name }, ...children);
  const state = file.left_out ? element("span", { class: "astrolib-note" }, "left out") : file.open ? element("span", { class: "astrolib-nights-asked" }, `${file.open} ?`) : stateChip(file.state);
  return element(
    "div",
    { id: `${list.name}-${file.id}`, class: "astrolib-nights-row", role: "row", onclick: () => list.view.point(file.id) },
    element("div", { role: "gridcell", class: "astrolib-nights-thumb" }, element("canvas", { width: 1, height: 1, "aria-hidden": "true" })),
    cell("name", element("span", { title: file.name }, file.name)),
    cell("kind", file.kind || "?"),
    cell("filter", file.filter),
    cell("exposure", file.exposure === null ? "" : String(file.exposure)),
    cell("start", element("span", { title: file.start }, file.start.split("T")[1] ?? "")),
    cell("target", element("span", { title: file.target }, file.target)),
    cell("state", state),
  );
}

/** Mark the file that is pointed at, and show what is known of it. */
function pointFile(list) {
  const { file } = list.view;
  for (const [id, line] of list.lines) {
    line.classList.toggle("astrolib-nights-at", id === file);
    line.setAttribute("aria-selected", String(id === file));
  }
  if (list.lines.has(file)) list.grid.setAttribute("aria-activedescendant", `${list.name}-${file}`);
  const known = list.all.find((one) => one.id === file);
  list.about.replaceChildren(...(known ? aboutFile(list, known) : []));
  if (known) list.pictures.show(known.id, list.about.querySelector("canvas"));
}

function aboutFile(list, file) {
  const { view } = list;
  const facts = [...file.facts, ["folder", file.folder]].map(([name, value]) => [element("dt", {}, name), element("dd", { title: value }, value)]);
  const again = file.answers.map(([about, answer]) =>
    element("div", { class: "astrolib-row astrolib-spread" }, element("span", {}, `${about}: `, element("b", {}, answer)), button("Ask again", () => view.act("answer", file.id, { about, answer: "" }), { class: "astrolib-quiet", icon: "undo" })),
  );
  const answered = again.length ? [element("h4", {}, "Answered"), ...again] : [];
  return [
    element("canvas", { width: 1, height: 1, role: "img", "aria-label": `Picture of ${file.name}` }),
    element("b", { class: "astrolib-nights-name" }, file.name),
    element("div", { class: "astrolib-row" }, stateChip(file.state), fileMoves(view, file)),
    element("dl", {}, ...facts.flat()),
    ...answered,
  ];
}

function fileMoves(view, file) {
  const after = view.model.get("now").followers?.[file.state] ?? [];
  const options = after.map((state) => element("option", { value: state }, state));
  const move = () => {
    view.act("move", file.id, { state: choose.value, seen: file.state });
    choose.value = ""; // it may be refused
  };
  const choose = element(
    "select",
    { class: "astrolib-input", "aria-label": `Move ${file.name} to another state`, onchange: move },
    element("option", { value: "" }, "Move to …"),
    ...options,
  );
  return choose;
}

function fileKey(list, event) {
  if (!isCommand(event) || event.target !== list.grid) return;
  const index = list.shown.findIndex((file) => file.id === list.view.file);
  const page = Math.max(1, Math.floor(list.grid.clientHeight / 40) - 1);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.key === "Enter") list.about.querySelector("select")?.focus();
  else if (!(event.key in steps)) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Enter" || !list.shown.length) return;
  const to = Math.max(0, Math.min(list.shown.length - 1, index + steps[event.key]));
  list.view.point(list.shown[to].id);
  list.lines.get(list.shown[to].id).scrollIntoView({ block: "nearest" });
}
