// The tree of surveys, projects, nights and fields: arrows move, Enter opens.
import { button, element, follow, icon, randomId } from "./dom.js";
import { isCommand } from "./keys.js";
import { stateChip } from "./night_state.js";

const HAS_STATE = ["night", "field"];

/** @returns {{part: HTMLElement, list: HTMLElement}} `list` takes the keys */
export function treePart(view) {
  const { model, signal } = view;
  const tree = { view, name: `place-${randomId()}`, closed: new Set(), at: "", shown: [], list: null };
  tree.list = element("div", { class: "astrolib-nights-tree", role: "tree", tabindex: 0, "aria-label": "Surveys, projects, nights and fields", onkeydown: (event) => treeKey(tree, event) });
  const all = button("Surveys", () => view.act("select", ""), { class: "astrolib-quiet astrolib-nights-all-button" });
  follow(model, signal, ["tree", "now"], () => {
    const open = model.get("now").id ?? "";
    if (tree.open !== open) tree.at = tree.open = open;
    all.setAttribute("aria-pressed", String(!open));
    drawTree(tree);
  });
  return { part: element("nav", { class: "astrolib-nights-nav" }, all, tree.list), list: tree.list };
}

function drawTree(tree) {
  const places = tree.view.model.get("tree");
  const depths = { "": -1 };
  const hidden = new Set();
  tree.shown = [];
  for (const place of places) {
    depths[place.id] = depths[place.parent] + 1;
    if (hidden.has(place.parent)) hidden.add(place.id);
    else tree.shown.push(place);
    if (tree.closed.has(place.id)) hidden.add(place.id);
  }
  const parents = new Set(places.map((place) => place.parent));
  const items = tree.shown.map((place) => treeItem(tree, place, depths[place.id], parents.has(place.id)));
  const nothing = element("p", { class: "astrolib-note astrolib-nights-nothing" }, "No survey yet. Add the first on the right.");
  tree.list.replaceChildren(...(items.length ? items : [nothing]));
  if (tree.shown.some((place) => place.id === tree.at)) tree.list.setAttribute("aria-activedescendant", `${tree.name}-${tree.at}`);
  tree.list.querySelector(".astrolib-nights-at")?.scrollIntoView({ block: "nearest" });
}

function treeItem(tree, place, depth, holds) {
  const { view } = tree;
  const open = !tree.closed.has(place.id);
  const here = place.id === view.model.get("now").id;
  const fold = holds ? element("span", { class: "astrolib-nights-fold", onclick: (event) => { event.stopPropagation(); foldPlace(tree, place.id, open); } }, icon("right")) : element("span", {});
  const count = element("span", { class: "astrolib-note" }, place.frames && place.level !== "night" ? String(place.frames) : "");
  const asked = place.open ? element("span", { class: "astrolib-nights-asked", title: `${place.open} open question${place.open > 1 ? "s" : ""}` }, `${place.open} ?`) : null;
  const state = HAS_STATE.includes(place.level) && place.state !== "created" ? stateChip(place.state) : null;
  state?.classList.add("astrolib-nights-dot");
  const item = element(
    "div",
    {
      id: `${tree.name}-${place.id}`,
      class: `astrolib-nights-item${place.id === tree.at ? " astrolib-nights-at" : ""}`,
      role: "treeitem",
      "aria-level": depth + 1,
      "aria-selected": String(here),
      "aria-expanded": holds ? String(open) : null,
      "data-level": place.level,
      onclick: () => openPlace(tree, place.id),
    },
    fold,
    element("span", { class: "astrolib-nights-name", title: place.name }, place.name),
    asked,
    state,
    count,
  );
  item.style.setProperty("--depth", String(depth));
  return item;
}

function openPlace(tree, place) {
  tree.at = place;
  if (tree.view.model.get("now").id !== place) tree.view.act("select", place);
  drawTree(tree);
}

function foldPlace(tree, place, close) {
  if (close) tree.closed.add(place);
  else tree.closed.delete(place);
  drawTree(tree);
}

function treeKey(tree, event) {
  if (!isCommand(event)) return;
  const index = tree.shown.findIndex((place) => place.id === tree.at);
  const place = tree.shown[index];
  const go = (to) => {
    tree.at = tree.shown[Math.max(0, Math.min(tree.shown.length - 1, to))]?.id ?? "";
    drawTree(tree);
  };
  const acts = {
    ArrowDown: () => go(index + 1),
    ArrowUp: () => go(index - 1),
    Home: () => go(0),
    End: () => go(tree.shown.length - 1),
    ArrowRight: () => (place && tree.closed.has(place.id) ? foldPlace(tree, place.id, false) : go(index + 1)),
    ArrowLeft: () => {
      const holds = place && tree.shown[index + 1]?.parent === place.id;
      if (holds) foldPlace(tree, place.id, true);
      else if (place?.parent) go(tree.shown.findIndex((one) => one.id === place.parent));
    },
    Enter: () => place && openPlace(tree, place.id),
    " ": () => place && openPlace(tree, place.id),
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  acts[event.key]();
}
