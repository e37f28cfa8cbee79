// The head of the learning panel: which round it is, what is in front, the one button, and what is going on.
import { button, element, follow, icon, key } from "./dom.js";

const POLL = 3000; // ms between questions whether a colleague has answered something
const BUSY = ["opening", "learning", "stopping", "classifying"];
const TABS = [["label", "Label"], ["statistics", "How it goes"], ["changed", "What changed"]];
const TYPES = "input, textarea, select, button, summary, [contenteditable=true], [role=grid]";
const DOING = {
  opening: "Opening the loop; the first batch is chosen where there is none …",
  learning: "Training on all labels so far …",
  stopping: "Stopping at the end of this epoch …",
  classifying: "Classifying every spectrum of the pool …",
};

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-learn-head");
    /** @type {any} */
    const view = { model, el, signal, draws: [], root: null };
    el.append(headline(view), aims(view), state(view));
    follow(model, signal, ["now"], () => draw(view));
    whenInPanel(view);
  },
};

const ask = (view, what, value = null) => view.model.send({ do: what, value });

function draw(view) {
  const now = view.model.get("now");
  for (const part of view.draws) part(now);
  if (!view.root) return;
  const had = view.root.contains(document.activeElement) || document.activeElement === document.body;
  const before = { ...view.root.dataset };
  Object.assign(view.root.dataset, { phase: now.phase, tab: now.tab, busy: String(BUSY.includes(now.phase)), round: now.number ?? "" });
  const turned = before.tab !== now.tab || before.phase !== now.phase;
  if (before.tab && turned && had) focusPart(view.root, now);
}

/** Let keys go to what came to the front: the deck, or the panel with its one button. */
function focusPart(root, now) {
  const deck = now.tab === "label" && !BUSY.includes(now.phase) ? root.querySelector(".astrolib-deck") : null;
  const focused = document.activeElement;
  const lost = !root.contains(focused) || !focused.checkVisibility({ visibilityProperty: true });
  if (lost || deck) (deck ?? root).focus({ preventScroll: true });
}

/** Once the panel is in the page: Enter presses the one button, whatever of the panel has the focus. */
function whenInPanel(view) {
  const { el, signal } = view;
  const root = el.closest(".astrolib-learn");
  if (!root) return signal.aborted || requestAnimationFrame(() => whenInPanel(view));
  view.root = root;
  root.tabIndex = -1;
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", "Active learning");
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  const press = (event) => {
    if (event.key !== "Enter" || event.target.matches(TYPES) || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    el.querySelector(".astrolib-learn-go:not(:disabled)")?.click();
  };
  root.addEventListener("keydown", press, { signal });
  const timer = setInterval(() => {
    if (document.visibilityState === "visible" && root.offsetParent !== null) ask(view, "refresh");
  }, POLL);
  signal.addEventListener("abort", () => clearInterval(timer));
  draw(view);
}

// ---- round, tabs and the one button -------------------------------------------------------------

function headline(view) {
  const title = element("h3", { class: "astrolib-title" });
  view.draws.push((now) => {
    title.textContent = titleOf(now);
  });
  return element("div", { class: "astrolib-row astrolib-spread" }, element("div", { class: "astrolib-row astrolib-learn-place" }, title, tabs(view)), goButton(view));
}

function titleOf({ number, phase }) {
  if (number === null) return "Active learning";
  if (phase === "learning" || phase === "stopping") return `Training for round ${number + 1}`;
  return number ? `Round ${number}` : "First batch";
}

function tabs(view) {
  const made = TABS.map(([name, text]) => button(text, () => ask(view, "tab", name), { class: "astrolib-learn-tab" }));
  made.forEach((one) => one.setAttribute("role", "tab"));
  const list = element("div", { class: "astrolib-segments", role: "tablist", "aria-label": "What is in front" }, ...made);
  view.draws.push((now) => {
    list.hidden = now.number === null || now.phase === "learning" || now.phase === "stopping";
    made.forEach((one, place) => one.setAttribute("aria-selected", String(TABS[place][0] === now.tab)));
    made.forEach((one, place) => one.setAttribute("aria-checked", String(TABS[place][0] === now.tab)));
    made[2].textContent = now.changed ? `What changed (${now.changed})` : "What changed";
  });
  return list;
}

/** The button that goes on, whatever comes next: label, train, or stop training. */
function goButton(view) {
  const words = element("span");
  const made = button("", () => ask(view, ...made.does), { class: "astrolib-primary astrolib-learn-go" });
  made.append(words, key("⏎"));
  view.draws.push((now) => {
    const [text, does, enabled] = aim(now);
    words.textContent = text;
    Object.assign(made, { does, disabled: !enabled });
    made.classList.toggle("astrolib-primary", does[0] !== "stop");
  });
  return made;
}

/** What the button says, what it does, and whether it can. */
function aim({ phase, tab, left, batch, number, error }) {
  if (phase === "learning") return ["Stop training", ["stop"], true];
  if (phase === "stopping") return ["Stopping", ["stop"], false];
  if (BUSY.includes(phase)) return ["Next round", ["next"], false];
  if (number === null) return [error ? "Try again" : "Begin", ["next"], true];
  if (left === 0) return ["Next round", ["next"], true];
  if (tab !== "label") return [left === batch ? `Label ${batch} spectra` : `Label ${left} more`, ["tab", "label"], true];
  return ["Next round", ["next"], false];
}

// ---- what else can be done ----------------------------------------------------------------------

function aims(view) {
  const bar = element("div");
  const progress = element("div", { class: "astrolib-progress", role: "progressbar", "aria-label": "Answered", "aria-valuemin": 0 }, bar);
  const count = element("span", { class: "astrolib-note" });
  const box = element("input", { type: "checkbox", onchange: () => showScore(view, box.checked) });
  const score = element("label", { class: "astrolib-group astrolib-note", title: "Each label records whether you saw the model's answer. Labels given without are worth more." }, box, "Show the model's answer");
  const save = button("Save the model", () => ask(view, "save"), { icon: "download" });
  const classify = button("Classify everything", () => ask(view, "classify"), { icon: "search" });
  const row = element("div", { class: "astrolib-row" }, progress, count, score, classify, save);
  view.draws.push((now) => {
    row.hidden = now.number === null || BUSY.includes(now.phase);
    bar.style.width = `${now.batch ? (100 * now.answered) / now.batch : 0}%`;
    progress.setAttribute("aria-valuemax", now.batch);
    progress.setAttribute("aria-valuenow", now.answered);
    count.textContent = `${now.answered} of ${now.batch} answered`;
    box.checked = now.score;
    score.hidden = !now.model || now.tab !== "label";
    save.hidden = !now.model || !now.can.save;
    classify.hidden = !now.model || !now.can.classify;
  });
  return row;
}

/** Focus goes back to the deck, so that its keys go on working. */
function showScore(view, visible) {
  ask(view, "score", visible);
  view.root?.querySelector(".astrolib-deck")?.focus({ preventScroll: true });
}

// ---- what is going on ---------------------------------------------------------------------------

function state(view) {
  const line = element("div", { role: "status", "aria-live": "polite", class: "astrolib-learn-state" });
  const bar = element("div");
  const progress = element("div", { class: "astrolib-progress", role: "progressbar", "aria-label": "Progress" }, bar);
  const count = element("span", { class: "astrolib-note" });
  const far = element("div", { class: "astrolib-row" }, progress, count);
  let shown = "";
  view.draws.push((now) => {
    const [style, sign, words] = saying(now);
    const [done, total] = now.progress;
    far.hidden = !BUSY.includes(now.phase) || !total;
    bar.style.width = `${total ? (100 * done) / total : 0}%`;
    count.textContent = `${done.toLocaleString()} of ${total.toLocaleString()}`;
    line.hidden = !words;
    if (`${style}${words}` === shown) return;
    shown = `${style}${words}`;
    line.className = `astrolib-learn-state ${style}`;
    line.replaceChildren(...[sign === "spinner" ? element("span", { class: "astrolib-spinner" }) : sign && icon(sign), element("span", {}, words)].filter(Boolean));
  });
  return element("div", { class: "astrolib-column" }, line, far);
}

function saying({ phase, error, notice, left, number, batch }) {
  if (BUSY.includes(phase)) return ["astrolib-status", "spinner", DOING[phase]];
  if (error) return ["astrolib-error", "warn", `Failed: ${error}`];
  if (notice) return ["astrolib-status astrolib-good", "check", notice];
  if (number === null) return ["astrolib-status", null, "The loop has not begun."];
  if (!batch) return ["astrolib-status", null, "This round asks for no labels: the pool has no more to give."];
  if (!left) return ["astrolib-status astrolib-good", "check", "Every spectrum of this batch is answered. Press Enter to train on all labels."];
  return ["astrolib-status", null, ""];
}
