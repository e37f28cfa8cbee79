// Surveys, nights, fields and files, as in a file manager: the tree on the left, the open place on the right.
import { element, follow, key } from "./dom.js";
import { isCommand, keepFocus } from "./keys.js";
import { keepAsking, makeQueue } from "./presses.js";
import { treePart } from "./night_tree.js";
import { headPart } from "./night_head.js";
import { questionsPart } from "./night_questions.js";
import { filesPart } from "./night_files.js";

const WAITS = 600; // ms until it is said that the kernel has not answered yet

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-nights-all");
    const waiting = element("span", { class: "astrolib-note", role: "status" });
    const view = { model, signal, file: "", rows: [], followers: [] };
    view.queue = makeQueue(model, signal, () => sayWaiting(view, waiting));
    view.act = (action, object = "", values = {}) => view.queue.push(action, object, JSON.stringify(values));
    view.point = (file) => {
      view.file = file;
      view.followers.forEach((act) => act());
    };
    const [tree, questions, files] = [treePart(view), questionsPart(view), filesPart(view)];
    const main = element("section", { class: "astrolib-nights-main" }, headPart(view), questions.part, files.part);
    el.append(tree.part, main, keysPart(waiting));
    keepAsking(el, signal, view.queue);
    keepFocus(el, signal, () => (files.grid.offsetParent ? files.grid : tree.list));
    el.addEventListener("keydown", (event) => answerByKey(event, questions), { signal });
    follow(model, signal, ["now"], () => {
      el.dataset.phase = model.get("now").phase ?? "";
    });
  },
};

/** A digit answers the question that is marked. */
function answerByKey(event, questions) {
  if (!isCommand(event) || event.repeat) return;
  if (!/^[1-9]$/.test(event.key) || !questions.answer(Number(event.key))) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Say after a moment that the kernel has not answered yet. */
function sayWaiting(view, place) {
  clearTimeout(view.waits);
  const asked = view.queue.waiting().filter(({ action }) => action !== "refresh");
  if (!asked.length) place.textContent = "";
  else view.waits = setTimeout(() => (place.textContent = "Waiting for the kernel."), WAITS);
}

/** What the keys do, at a glance. */
function keysPart(waiting) {
  const words = [["↑ ↓", "move"], ["← →", "close and open"], ["Enter", "open"], ["1 … 9", "answer"]];
  const each = words.map(([name, does]) => element("span", { class: "astrolib-group" }, key(name), does));
  return element("footer", { class: "astrolib-row astrolib-spread astrolib-note astrolib-nights-keys" }, element("span", { class: "astrolib-row", "aria-hidden": "true" }, ...each), waiting);
}
