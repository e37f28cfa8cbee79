// A table of thousands of rows: only those in sight are in the page. Sort, filter and choose by mouse or keys.
import { element, follow, key, randomId, send } from "./dom.js";

const ROW = 26; // height of a row [pixels]
const SPARE = 8; // rows drawn above and below those in sight

/**
 * What a view holds: `order` are the rows that pass the filter, in the order shown; `at` is the place of the
 * cursor in it, `anchor` where a range began.
 * @typedef {{model: any, name: string, cells: any[][], count: number, order: number[], chosen: Set<number>, at: number,
 *   anchor: number, sort: {column: number, down: boolean} | null, words: string, parts: any}} View
 */

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-table-view");
    /** @type {View} */
    const view = { model, name: `row-${randomId()}`, cells: [], count: 0, order: [], chosen: new Set(), at: 0, anchor: 0, sort: null, words: "", parts: null };
    view.parts = build(view);
    el.append(view.parts.bar, view.parts.grid, hints());
    follow(model, signal, ["content"], () => load(view));
    follow(model, signal, ["selected"], () => {
      view.chosen = new Set(model.get("selected"));
      draw(view);
    });
    const watch = new ResizeObserver(() => draw(view));
    watch.observe(view.parts.grid);
    signal.addEventListener("abort", () => watch.disconnect());
  },
};

function build(view) {
  const filter = element("input", {
    class: "astrolib-input",
    type: "search",
    placeholder: "Filter",
    "aria-label": "Filter the rows",
    oninput: () => {
      view.words = filter.value.toLowerCase();
      arrange(view);
    },
  });
  const count = element("span", { class: "astrolib-note", role: "status" });
  const all = element("button", { type: "button", class: "astrolib-button", onclick: () => choose(view, new Set([...view.chosen, ...view.order])) }, "Choose all");
  const none = element("button", { type: "button", class: "astrolib-button", onclick: () => choose(view, new Set()) }, "Choose none");
  const head = element("div", { class: "astrolib-table-head", role: "row" });
  const body = element("div", { class: "astrolib-table-body", role: "rowgroup" });
  const grid = element(
    "div",
    {
      class: "astrolib-table-grid",
      role: "grid",
      tabindex: 0,
      "aria-multiselectable": "true",
      "aria-label": `${view.model.get("label")}. Space chooses a row, shift and arrows several, Ctrl and A all.`,
      onscroll: () => draw(view),
      onkeydown: (event) => press(view, event),
    },
    head,
    body,
  );
  return { bar: element("div", { class: "astrolib-row" }, filter, all, none, count), filter, count, head, body, grid };
}

/** What the keys do, at a glance. */
function hints() {
  const words = [["Space", "choose"], ["Shift+↓", "several"], ["Ctrl+A", "all"]];
  const each = words.map(([name, does]) => element("span", { class: "astrolib-group" }, key(name), does));
  return element("span", { class: "astrolib-row astrolib-note", "aria-hidden": "true" }, ...each);
}

// ---- rows ---------------------------------------------------------------------------------------

function load(view) {
  const { model, parts } = view;
  const bytes = model.get("content");
  view.cells = JSON.parse(new TextDecoder().decode(bytes));
  view.count = view.cells[0]?.length ?? 0;
  Object.assign(view, { sort: null, words: "", at: 0, anchor: 0 });
  parts.filter.value = "";
  parts.grid.scrollTop = 0;
  parts.grid.style.setProperty("--astrolib-columns", view.cells.map((_, column) => `minmax(${width(view, column)}ch, ${width(view, column)}fr)`).join(" "));
  arrange(view);
}

/** How wide a column wants to be, from its heading, its numbers and its first texts [characters]. */
function width(view, column) {
  const { name, unit, digits } = view.model.get("headings")[column];
  const said = digits === null ? view.cells[column].slice(0, 200) : extremes(view.cells[column]).map((value) => value.toFixed(digits));
  const longest = Math.max(`${name} ${unit}`.length + 4, ...said.map((each) => String(each ?? "").length + 3));
  return digits === null ? Math.min(longest, 34) : longest;
}

/** The lowest and the highest number. */
function extremes(values) {
  const known = values.filter((value) => value !== null);
  return known.length ? [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))] : [];
}

/** What stands in a cell. */
function written(view, column, row) {
  const value = view.cells[column][row];
  if (value === null) return "";
  const { digits } = view.model.get("headings")[column];
  return typeof value === "number" && digits !== null ? value.toFixed(digits) : String(value);
}

/** Filter and sort anew. */
function arrange(view) {
  const rows = [...Array(view.count).keys()];
  const passes = (row) => view.cells.some((_, column) => written(view, column, row).toLowerCase().includes(view.words));
  view.order = view.words ? rows.filter(passes) : rows;
  if (view.sort) view.order.sort(comparison(view.cells[view.sort.column], view.sort.down));
  view.at = Math.min(view.at, Math.max(0, view.order.length - 1));
  headings(view);
  draw(view);
}

/** Empty cells come last, whichever way. */
function comparison(values, down) {
  const sign = down ? -1 : 1;
  const collator = new Intl.Collator(undefined, { numeric: true });
  return (one, other) => {
    const [a, b] = [values[one], values[other]];
    if (a === null || b === null) return (a === null) - (b === null) || one - other;
    return sign * (typeof a === "number" ? a - b : collator.compare(a, b)) || one - other;
  };
}

function headings(view) {
  const made = view.model.get("headings").map(({ name, unit, digits }, column) => {
    const sorted = view.sort?.column === column ? (view.sort.down ? "descending" : "ascending") : "none";
    const sign = { none: "", ascending: " ▲", descending: " ▼" }[sorted];
    const press = element("button", { type: "button", class: "astrolib-bare", title: `Sort by ${name}`, onclick: () => sort(view, column) }, name);
    if (unit) press.append(element("span", { class: "astrolib-table-unit" }, ` [${unit}]`));
    press.append(sign);
    return element("div", { role: "columnheader", "aria-sort": sorted, class: digits === null ? null : "astrolib-table-number" }, press);
  });
  view.parts.head.replaceChildren(element("div", { role: "columnheader", "aria-label": "chosen" }), ...made);
}

function sort(view, column) {
  view.sort = view.sort?.column !== column ? { column, down: false } : view.sort.down ? null : { column, down: true };
  arrange(view);
}

// ---- what is in the page ------------------------------------------------------------------------

/** Put the rows in sight into the page. */
function draw(view) {
  const { grid, body, count } = view.parts;
  const shown = view.order.length;
  const first = Math.max(0, Math.floor(grid.scrollTop / ROW) - SPARE);
  const last = Math.min(shown, Math.ceil((grid.scrollTop + grid.clientHeight) / ROW) + SPARE);
  body.style.height = `${Math.max(1, shown) * ROW}px`;
  const rows = view.order.slice(first, last).map((row, place) => line(view, row, first + place));
  if (!shown && view.count) rows.push(element("div", { class: "astrolib-table-none astrolib-note" }, "No row holds what the filter says."));
  body.replaceChildren(...rows);
  grid.setAttribute("aria-rowcount", String(shown + 1));
  if (shown) grid.setAttribute("aria-activedescendant", identity(view, view.at));
  count.textContent = `${shown === view.count ? "" : `${shown} of `}${view.count} rows, ${view.chosen.size} chosen`;
}

const identity = (view, place) => `${view.name}-${place}`;

function line(view, row, place) {
  const chosen = view.chosen.has(row);
  const cells = view.cells.map((values, column) => {
    const said = written(view, column, row);
    const kind = typeof values[row] === "number" ? "astrolib-table-number" : null;
    return element("div", { role: "gridcell", class: kind, title: said.length > 30 ? said : null }, said);
  });
  const made = element(
    "div",
    {
      role: "row",
      id: identity(view, place),
      class: `astrolib-table-row${place === view.at ? " astrolib-table-at" : ""}`,
      "aria-selected": String(chosen),
      "aria-rowindex": String(place + 2),
      onmousedown: (event) => click(view, place, event),
    },
    element("div", { role: "gridcell", class: "astrolib-table-mark" }, chosen ? "✓" : ""),
    ...cells,
  );
  made.style.top = `${place * ROW}px`;
  return made;
}

// ---- choosing -----------------------------------------------------------------------------------

function choose(view, chosen) {
  view.chosen = chosen;
  send(view.model, { selected: [...chosen].sort((a, b) => a - b) });
  draw(view);
}

/** Choose everything between the anchor and the cursor, and keep the rest. */
function stretch(view) {
  const [from, to] = [view.anchor, view.at].sort((a, b) => a - b);
  choose(view, new Set([...view.chosen, ...view.order.slice(from, to + 1)]));
}

function switchAt(view) {
  const row = view.order[view.at];
  const chosen = new Set(view.chosen);
  if (!chosen.delete(row)) chosen.add(row);
  view.anchor = view.at;
  choose(view, chosen);
}

function click(view, place, event) {
  event.preventDefault();
  view.parts.grid.focus({ preventScroll: true });
  view.at = place;
  if (event.shiftKey) stretch(view);
  else switchAt(view);
}

function press(view, event) {
  const last = view.order.length - 1;
  if (last < 0 || event.target !== view.parts.grid) return;
  const page = Math.max(1, Math.floor(view.parts.grid.clientHeight / ROW) - 2);
  const moves = {
    ArrowDown: view.at + 1,
    ArrowUp: view.at - 1,
    PageDown: view.at + page,
    PageUp: view.at - page,
    Home: 0,
    End: last,
  };
  if (event.key in moves) {
    if (!event.shiftKey) view.anchor = Math.min(last, Math.max(0, moves[event.key]));
    view.at = Math.min(last, Math.max(0, moves[event.key]));
    reveal(view);
    if (event.shiftKey) stretch(view);
    else draw(view);
  } else if (event.key === " ") switchAt(view);
  else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) choose(view, new Set([...view.chosen, ...view.order]));
  else if (event.key === "Escape") choose(view, new Set());
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Scroll until the cursor is in sight, below the headings. */
function reveal(view) {
  const { grid, head } = view.parts;
  const top = view.at * ROW;
  if (top < grid.scrollTop) grid.scrollTop = top;
  const room = grid.clientHeight - head.offsetHeight - ROW;
  if (top > grid.scrollTop + room) grid.scrollTop = top - room;
}
