// What the deck shows: title and progress above the stage, answers and tools below it, the status line.
import { button, element, icon, key } from "./dom.js";

// ---- above the stage ----------------------------------------------------------------------------

export function head(view) {
  const title = element("h3", { class: "astrolib-title astrolib-deck-title" });
  const said = element("span", { class: "astrolib-deck-said" });
  const place = element("span", { class: "astrolib-note" });
  const bar = element("div", {});
  const progress = element("div", { class: "astrolib-progress", role: "progressbar", "aria-valuemin": 0 }, bar);
  const count = element("span", { class: "astrolib-note" });
  view.draws.push((now) => {
    title.textContent = title.title = now.title || "There is no object in this deck.";
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

export function foot(view) {
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

export function drawStatus(view) {
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
export function say(view, text, css) {
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

export function toggleHelp(view) {
  const list = view.el.querySelector(".astrolib-deck-help");
  list.hidden = !list.hidden;
}
