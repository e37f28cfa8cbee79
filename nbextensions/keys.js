// Keys of a panel: which presses are meant for it, and that they never go to nobody.

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";

/**
 * @param {Element | null} target
 * @returns {boolean} whether keys are text here
 */
export const isField = (target) => Boolean(target?.matches?.(TYPING));

/**
 * @param {KeyboardEvent} event
 * @returns {boolean} whether it may be a command: no text, and no shortcut of the browser or of JupyterLab
 */
export const isCommand = (event) => !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isField(event.target));

/**
 * When what has the focus is taken off the page, give the focus to what always takes keys.
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 * @param {() => HTMLElement} home
 */
export function keepFocus(root, signal, home) {
  let inside = false;
  const here = ({ target }) => {
    inside = root.contains(target);
  };
  for (const name of ["focusin", "pointerdown"]) document.addEventListener(name, here, { signal, capture: true });
  const check = () => {
    if (inside && document.activeElement === document.body) home().focus({ preventScroll: true });
  };
  const watcher = new MutationObserver(() => {
    check();
    requestAnimationFrame(() => setTimeout(check)); // what is hidden or disabled loses the focus later
  });
  watcher.observe(root, { childList: true, subtree: true, attributeFilter: ["hidden", "disabled"] });
  signal.addEventListener("abort", () => watcher.disconnect());
}
