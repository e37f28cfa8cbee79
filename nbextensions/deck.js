// The deck around its stage, all of it by keyboard: which key does what, and to which object.
import { drawStatus, foot, head, say, toggleHelp } from "./deck_parts.js";
import { isCommand, isField, keepFocus } from "./keys.js";
import { keepAsking, makeQueue, makeScreen } from "./presses.js";

const PATIENCE = 500; // ms until "saving" is shown
const SPEAKS = ["answer", "flag", "note"]; // what is said about an object
const MOVES = ["previous", "next", "undo", "jump", "unseen"]; // what leads to another one

/** @typedef {{model: any, el: HTMLElement, signal: AbortSignal, screen: any, queue: any, press: Function, draws: Function[], held: [string, string][], moving: boolean, began: boolean}} View */

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-deck-controls");
    /** @type {any} */
    const view = { model, el, signal, screen: makeScreen(), draws: [], held: [], moving: false, began: false };
    const feedback = makeFeedback(view);
    view.queue = makeQueue(model, signal, () => {
      feedback();
      requestAnimationFrame(() => settle(view));
    });
    view.press = (action, value = "", event = null) => press(view, action, value, event);
    el.append(head(view), foot(view));
    const later = () => requestAnimationFrame(() => draw(view));
    model.on("change:now", later);
    signal.addEventListener("abort", () => model.off("change:now", later));
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
  if (object && root && !view.began) begin(view, root);
  settle(view);
}

/** Keys must not go to what nobody sees: the first object comes into sight where the deck has the focus. */
function begin(view, root) {
  view.began = true;
  if (!root.contains(document.activeElement)) return;
  const fits = () => root.offsetHeight < 0.85 * window.innerHeight;
  requestAnimationFrame(() => root.scrollIntoView({ block: fits() ? "nearest" : "start" }));
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
  let waited = false;
  return () => {
    const waiting = view.queue.waiting().filter((message) => message.action !== "refresh");
    const pressed = waiting.findLast((message) => message.action === "answer")?.value;
    for (const choice of view.el.querySelectorAll("[data-answer]"))
      choice.classList.toggle("astrolib-deck-pressed", choice.dataset.answer === pressed);
    clearTimeout(timer);
    const busy = () => say(view, `Saving ${waiting.length}; waiting for the kernel.`, "astrolib-warn");
    if (waiting.length) timer = setTimeout(busy, PATIENCE);
    else if (waited) drawStatus(view);
    waited = waiting.length > 0;
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
  keepFocus(root, signal, () => root);
  if (!isField(document.activeElement)) root.focus({ preventScroll: true });
  keepAsking(root, signal, view.queue);
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
  if (!isCommand(event)) return;
  const act = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  // A key held down moves on as fast as the kernel follows, and says nothing twice.
  const moves = event.key.startsWith("Arrow");
  if (!event.repeat || (moves && !view.queue.waiting().length)) act(event);
}

function focusDeck(root, target) {
  if (target.closest("[tabindex]") === root)
    setTimeout(() => root.contains(document.activeElement) || root.focus({ preventScroll: true }));
}

function whenAttached(el, signal, act) {
  const root = el.closest(".astrolib-deck");
  if (root) act(root);
  else if (!signal.aborted) requestAnimationFrame(() => whenAttached(el, signal, act));
}
