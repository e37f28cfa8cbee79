// Surveys, nights, fields and files, as in a file manager: the tree on the left, the open place on the right.
import { element, follow, key } from "./dom.js";
import { makeQueue } from "./presses.js";
import { treePart } from "./night_tree.js";
import { headPart } from "./night_head.js";
import { questionsPart } from "./night_questions.js";
import { filesPart } from "./night_files.js";

const WRITING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";
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
    const questions = questionsPart(view);
    const files = filesPart(view);
    const main = element("section", { class: "astrolib-nights-main" }, headPart(view), questions.part, files.part);
    el.append(treePart(view), main, keysPart(waiting));
    el.addEventListener("keydown", (event) => answerByKey(event, questions), { signal });
    follow(model, signal, ["now"], () => {
      el.dataset.phase = model.get("now").phase ?? "";
    });
  },
};

/** A digit answers the question that is marked. */
function answerByKey(event, questions) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches(WRITING)) return;
  if (!/^[1-9]$/.test(event.key) || !questions.answer(Number(event.key))) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Say after a moment that the kernel has not answered yet. */
function sayWaiting(view, place) {
  clearTimeout(view.waits);
  const count = view.queue.waiting().length;
  if (!count) place.textContent = "";
  else view.waits = setTimeout(() => (place.textContent = "Waiting for the kernel."), WAITS);
}

/** What the keys do, at a glance. */
function keysPart(waiting) {
  const words = [["↑ ↓", "move"], ["← →", "close and open"], ["Enter", "open"], ["1 … 9", "answer"]];
  const each = words.map(([name, does]) => element("span", { class: "astrolib-group" }, key(name), does));
  return element("footer", { class: "astrolib-row astrolib-spread astrolib-note astrolib-nights-keys" }, element("span", { class: "astrolib-row", "aria-hidden": "true" }, ...each), waiting);
}
