// Presses of keys and buttons: each belongs to the object that was on the screen when it happened, and is sent
// until the kernel says that it is done. The kernel recognises a press that it has had before.
import { randomId } from "./dom.js";

const AGAIN_AFTER = 4000; // ms until a press that was not answered is sent again
const POLL = 1500; // ms between questions whether another tab or kernel has said something
const KEPT = 50; // objects that were on the screen, remembered for presses that come late

/**
 * Follow what is on the screen. A press is told from its own time what the person was looking at: while the
 * page is busy drawing, keys wait, and come when the next object is already there.
 * @returns {{put: (object: string) => void, at: (time: number) => string}} `put` says what is on the screen
 *   from this frame on ('' for nothing); `at` what was there at a time
 */
export function makeScreen() {
  /** @type {{object: string, since: number}[]} */
  const seen = [];
  return {
    put(object) {
      if (object === seen.at(-1)?.object) return;
      seen.push({ object, since: performance.now() });
      if (seen.length > KEPT) seen.shift();
    },
    at: (time) => seen.findLast((entry) => entry.since <= time)?.object ?? "",
  };
}

/**
 * Send presses, in order, until each is done.
 * @param {{send: Function, on: Function, off: Function}} model
 * @param {AbortSignal} signal
 * @param {() => void} changed called when a press was sent or done
 */
export function makeQueue(model, signal, changed) {
  /** @type {Map<string, {message: any, sent: number}>} */
  const waiting = new Map();
  const done = (content) => {
    if (waiting.delete(content.done)) changed();
  };
  const again = () => {
    const now = performance.now();
    for (const entry of waiting.values()) {
      if (now - entry.sent < AGAIN_AFTER) continue;
      entry.sent = now;
      model.send(entry.message);
    }
  };
  model.on("msg:custom", done);
  const timer = setInterval(again, 1000);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    model.off("msg:custom", done);
  });
  return {
    /** @param {string} action @param {string} object @param {string} value */
    push(action, object = "", value = "") {
      const message = { press: randomId(), action, object, value };
      waiting.set(message.press, { message, sent: performance.now() });
      model.send(message);
      changed();
    },
    /** @returns {any[]} messages that are not done, oldest first */
    waiting: () => [...waiting.values()].map((entry) => entry.message),
  };
}

/**
 * Ask now and again what was said elsewhere, as long as somebody sees the panel.
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 * @param {ReturnType<typeof makeQueue>} queue
 */
export function keepAsking(root, signal, queue) {
  const ask = () => {
    const seen = document.visibilityState === "visible" && root.offsetParent !== null;
    if (seen && !queue.waiting().length) queue.push("refresh");
  };
  const timer = setInterval(ask, POLL);
  signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener("visibilitychange", ask, { signal });
}
