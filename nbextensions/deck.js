// The deck around its stage: title and progress above, answers and tools below, all of it by keyboard.
import { button, element, follow, icon, key } from "./dom.js";
import { makeQueue, makeScreen } from "./presses.js";

const POLL = 1500; // ms between questions whether another tab has said something
const PATIENCE = 500; // ms until "saving" is shown
const SPEAKS = ["answer", "flag", "note"]; // what is said about an object
const MOVES = ["previous", "next", "undo", "jump", "unseen"]; // what leads to another one
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";

/** @typedef {{model: any, el: HTMLElement, signal: AbortSignal, screen: any, queue: any, press: Function, draws: Function[]}} View */

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-deck-controls");
    /** @type {any} */
    const view = { model, el, signal, screen: makeScreen(), draws: [], held: [], moving: false };
    const feedback = makeFeedback(view);
    view.queue = makeQueue(model, signal, () => {
      feedback();
      requestAnimationFrame(() => settle(view));
    });
    view.press = (action, value = "", event = null) => press(view, action, value, event);
    el.append(head(view), foot(view));
    follow(model, signal, ["now"], () => requestAnimationFrame(() => draw(view)));
    whenAttached(el, signal, (root) => attach(view, root));
  },
};

/**
 * Show what is known, and from the same frame on take keys for that object: the stage was drawn before, and
 * the name above it changes when the keys do.
 */
function draw(view) {
  const now = view.model.get("now");
  const object = now.phase === "ready" ? now.id : "";
  for (const part of view.draws) part(now);
  const root = view.el.closest(".astrolib-deck");
  if (root) Object.assign(root.dataset, { object, phase: now.phase });
  view.screen.put(object);
  settle(view);
}

// ---- presses ------------------------------------------------------------------------------------

/**
 * A key belongs to the object that was on the screen. After one that moves, it belongs to the object that the
 * move leads to, and is held until that is on the screen: U and the right answer can be typed in one go.
 */
function press(view, action, value, event) {
  if (view.held.length || (view.moving && SPEAKS.includes(action))) view.held.push([action, value]);
  else sendPress(view, action, value, event?.timeStamp ?? performance.now());
}

function sendPress(view, action, value, time) {
  const object = SPEAKS.includes(action) ? view.screen.at(time) : "";
  view.moving ||= MOVES.includes(action);
  if (SPEAKS.includes(action) && !object)
    say(view, "Pressed before the object was on show: not counted.", "astrolib-warn");
  else view.queue.push(action, object, value);
}

/** Send what was held, once the last move is done and its object is on the screen. */
function settle(view) {
  const underway = view.queue.waiting().some((message) => MOVES.includes(message.action));
  if (underway || view.model.get("now").phase === "loading") return;
  view.moving = false;
  while (view.held.length && !view.moving) sendPress(view, ...view.held.shift(), performance.now());
}

/** Show at once which answer was pressed, and after a moment that the kernel has not answered yet. */
function makeFeedback(view) {
  let timer = 0;
  return () => {
    const waiting = view.queue.waiting().filter((message) => message.action !== "refresh");
    const pressed = waiting.findLast((message) => message.action === "answer")?.value;
    for (const choice of view.el.querySelectorAll("[data-answer]"))
      choice.classList.toggle("astrolib-deck-pressed", choice.dataset.answer === pressed);
    clearTimeout(timer);
    const busy = () => say(view, `Saving ${waiting.length}; waiting for the kernel.`, "astrolib-warn");
    if (waiting.length) timer = setTimeout(busy, PATIENCE);
    else drawStatus(view);
  };
}

/** Take keys on the whole deck, its stage included, before the stage or JupyterLab see them. */
function attach(view, root) {
  const { model, signal } = view;
  root.tabIndex = 0;
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", `Deck ${model.get("name")}: ${model.get("question").text}`);
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  const actions = keyActions(view);
  root.addEventListener("keydown", (event) => onKey(view, actions, event), { capture: true, signal });
  root.addEventListener("pointerdown", (event) => focusDeck(root, event.target), { capture: true, signal });
  draw(view);
  if (!document.activeElement?.matches(TYPING)) {
    root.focus({ preventScroll: true });
    root.scrollIntoView({ block: "nearest" }); // keys must not go to what nobody sees
  }
  const poll = () => {
    const seen = document.visibilityState === "visible" && root.offsetParent !== null;
    if (seen && !view.queue.waiting().length) view.queue.push("refresh");
  };
  const timer = setInterval(poll, POLL);
  signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener("visibilitychange", poll, { signal });
}

/** @returns {Record<string, (event: KeyboardEvent) => void>} what each key does */
function keyActions(view) {
  const { answers, flags } = view.model.get("question");
  const actions = {
    ArrowLeft: () => view.press("previous"),
    ArrowRight: () => view.press("next"),
    u: () => view.press("undo"),
    l: () => view.press("unseen"),
    n: () => view.el.querySelector(".astrolib-deck-note").focus(),
    "/": () => view.el.querySelector(".astrolib-deck-jump").select(),
    "?": () => toggleHelp(view),
  };
  for (const { key, value } of answers) actions[key] = (event) => view.press("answer", value, event);
  for (const { key, value } of flags) actions[key] = (event) => view.press("flag", value, event);
  return actions;
}

function onKey(view, actions, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches(TYPING)) return;
  const act = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  // A key held down moves on as fast as the kernel follows, and says nothing twice.
  const moves = event.key.startsWith("Arrow");
  if (!event.repeat || (moves && !view.queue.waiting().length)) act(event);
}

function focusDeck(root, target) {
  if (!target.closest(`${TYPING}, button, [tabindex]`) || target.closest("[tabindex]") === root)
    setTimeout(() => root.contains(document.activeElement) || root.focus({ preventScroll: true }));
}

function whenAttached(el, signal, act) {
  const root = el.closest(".astrolib-deck");
  if (root) act(root);
  else if (!signal.aborted) requestAnimationFrame(() => whenAttached(el, signal, act));
}

// ---- above the stage ----------------------------------------------------------------------------

function head(view) {
  const title = element("h3", { class: "astrolib-title astrolib-deck-title" });
  const said = element("span", { class: "astrolib-deck-said" });
  const place = element("span", { class: "astrolib-note" });
  const bar = element("div", {});
  const progress = element("div", { class: "astrolib-progress", role: "progressbar", "aria-valuemin": 0 }, bar);
  const count = element("span", { class: "astrolib-note" });
  view.draws.push((now) => {
    title.textContent = title.title = now.title || "An empty deck";
    said.replaceChildren(...saidParts(view.model.get("question"), now));
    place.textContent = now.total ? `Object ${now.number} of ${now.total}` : "";
    bar.style.width = `${now.total ? (100 * now.labelled) / now.total : 0}%`;
    progress.setAttribute("aria-valuemax", now.total);
    progress.setAttribute("aria-valuenow", now.labelled);
    progress.setAttribute("aria-label", "Objects with an answer");
    count.textContent = `${now.labelled} of ${now.total} labelled`;
  });
  const row = "astrolib-row astrolib-spread";
  return element(
    "div",
    { class: "astrolib-deck-head astrolib-column" },
    element("div", { class: row }, title, element("span", { class: "astrolib-row" }, said, place)),
    element("div", { class: row }, progress, count),
  );
}

/** What was said about the object: label and flags, in words. */
function saidParts({ answers, flags }, now) {
  const text = (choices, value) => choices.find((choice) => choice.value === value)?.text ?? value;
  const parts = now.flags.flatMap((flag) => [icon("flag"), text(flags, flag)]);
  return now.label ? [icon("check"), text(answers, now.label), ...parts] : parts;
}

// ---- below the stage ----------------------------------------------------------------------------

function foot(view) {
  const question = view.model.get("question");
  const answers = question.answers.map((choice) => choiceButton(view, "answer", choice));
  const flags = question.flags.map((choice) => choiceButton(view, "flag", choice));
  const group = { class: "astrolib-deck-answers", role: "group", "aria-label": question.text };
  const foot = element(
    "div",
    { class: "astrolib-deck-foot astrolib-column" },
    element("div", { class: "astrolib-deck-question" }, question.text),
    element("div", group, ...answers),
    element("div", { class: "astrolib-row" }, ...flags, noteField(view)),
    tools(view),
    element("div", { class: "astrolib-status astrolib-deck-status", role: "status", "aria-live": "polite" }),
    help(view),
  );
  view.draws.push((now) => {
    for (const one of foot.querySelectorAll("[data-answer]")) pressedIf(one, one.dataset.answer === now.label);
    for (const one of foot.querySelectorAll("[data-flag]")) pressedIf(one, now.flags.includes(one.dataset.flag));
    drawStatus(view);
  });
  return foot;
}

const pressedIf = (one, isPressed) => one.setAttribute("aria-pressed", String(isPressed));

function choiceButton(view, action, choice) {
  const made = keyButton(choice.key.toUpperCase(), choice.text, (event) => view.press(action, choice.value, event));
  made.dataset[action] = choice.value;
  made.title = choice.about;
  made.setAttribute("aria-keyshortcuts", choice.key);
  return made;
}

/** A button that shows its key; focus goes back to the deck, so that keys go on working. */
function keyButton(label, text, act) {
  const made = button("", act, { class: "astrolib-deck-key" });
  made.append(key(label), text);
  return made;
}

function tools(view) {
  const { press } = view;
  const only = keyButton("L", "Unlabelled only", () => press("unseen"));
  view.draws.push((now) => pressedIf(only, now.unseen));
  return element(
    "div",
    { class: "astrolib-row astrolib-deck-tools", role: "toolbar", "aria-label": "Move and undo" },
    keyButton("←", "Previous", () => press("previous")),
    keyButton("→", "Next", () => press("next")),
    keyButton("U", "Undo", () => press("undo")),
    only,
    jumpField(view),
    element("span", { class: "astrolib-deck-grow" }),
    keyButton("?", "Keys", () => toggleHelp(view)),
  );
}

function jumpField(view) {
  const input = textField("astrolib-deck-jump", "Go to an object", "name or number");
  onEnter(view, input, () => {
    if (input.value.trim()) view.press("jump", input.value);
    input.value = "";
  });
  return element("label", { class: "astrolib-group" }, key("/"), "Go to", input);
}

function noteField(view) {
  const input = textField("astrolib-deck-note", "Note on this object", "note on this object");
  let began = 0;
  let before = "";
  input.addEventListener("focus", () => {
    [began, before] = [performance.now(), input.value];
  });
  input.addEventListener("blur", () => {
    if (input.value.trim() !== before) view.press("note", input.value.trim(), { timeStamp: began });
  });
  onEnter(view, input, () => {}, () => (input.value = before));
  view.draws.push((now) => {
    if (document.activeElement !== input) input.value = now.note;
  });
  return element("label", { class: "astrolib-group astrolib-deck-grow" }, key("N"), "Note", input);
}

function textField(name, label, placeholder) {
  return element("input", { type: "text", class: `astrolib-input ${name}`, "aria-label": label, placeholder, maxlength: 500 });
}

/** Enter does it, Escape does not; both give the keys back to the deck. */
function onEnter(view, input, act, cancel = () => (input.value = "")) {
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") act();
    else cancel();
    view.el.closest(".astrolib-deck")?.focus({ preventScroll: true });
  });
}

// ---- what is going on ---------------------------------------------------------------------------

function drawStatus(view) {
  const now = view.model.get("now");
  if (now.error) say(view, now.error, "astrolib-bad");
  else if (now.phase === "loading") say(view, "Loading…", "");
  else if (now.notice) say(view, now.notice, "");
  else if (now.saved) say(view, savedText(now.saved), "astrolib-good");
  else say(view, "Press a key to answer; every answer is saved at once.", "");
}

function savedText({ time, kind, value, title }) {
  const clock = new Date(time).toLocaleTimeString([], { hourCycle: "h23" });
  const what = { answer: value, flag: value, unflag: `no longer ${value}`, note: "note", undo: "undo" }[kind];
  return `Saved ${clock} · ${what} · ${title}`;
}

/** Say one thing in the status line; never by colour alone. */
function say(view, text, css) {
  const line = view.el.querySelector(".astrolib-deck-status");
  if (!line || line.textContent === text) return;
  const sign = { "astrolib-bad": "warn", "astrolib-warn": "warn", "astrolib-good": "check" }[css];
  line.className = `astrolib-status astrolib-deck-status ${css}`;
  line.replaceChildren(...(sign ? [icon(sign)] : []), element("span", {}, text));
}

// ---- all keys -----------------------------------------------------------------------------------

function help(view) {
  const { answers, flags } = view.model.get("question");
  const rows = [
    ...[...answers, ...flags].map(({ key, text, about }) => [key.toUpperCase(), text, about]),
    ["←", "Previous", "the object before"],
    ["→", "Next", "the next object; this one keeps what it has"],
    ["U", "Undo", "take back what was said last, and go there"],
    ["L", "Unlabelled only", "skip objects that have an answer"],
    ["/", "Go to", "an object by name, id or number"],
    ["N", "Note", "Enter keeps it, Escape does not"],
    ["?", "Keys", "show or hide this list"],
  ];
  const items = rows.map(([label, text, about]) =>
    element("div", { role: "listitem" }, key(label), element("b", {}, text), element("span", { class: "astrolib-note" }, about)),
  );
  return element("div", { class: "astrolib-deck-help", role: "list", hidden: true, "aria-label": "All keys" }, ...items);
}

function toggleHelp(view) {
  const list = view.el.querySelector(".astrolib-deck-help");
  list.hidden = !list.hidden;
}
