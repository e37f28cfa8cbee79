// Keeps JupyterLab's own keys off whatever has the focus in a panel.

/**
 * JupyterLab looks at the focused element first, and at its parents only until one of its shortcuts matches: a
 * mark on the panel alone comes too late, so that the element itself is marked.
 * @param {FocusEvent} event
 */
function mark(event) {
  const focused = /** @type {Element} */ (event.target);
  if (focused.closest?.(".astrolib")) focused.setAttribute("data-lm-suppress-shortcuts", "true");
}

export default {
  render({ el, signal }) {
    el.hidden = true;
    document.addEventListener("focusin", (event) => mark(event), { signal });
  },
};
