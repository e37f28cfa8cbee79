// The state of a night, field or frame: a dot with its word.
import { element } from "./dom.js";

/** What is said of each state. */
const STATE_WORDS = {
  created: "known, nothing done yet",
  loaded: "sorted, ready to be reduced",
  reduced: "calibrated, with astrometry and zero points",
  searched: "what moves was looked for",
  validated: "a person has looked at what was found",
  reported: "sent to the Minor Planet Center",
  lost: "lost to weather, or otherwise of no use",
};

/**
 * @param {string} state
 * @returns {HTMLElement} a dot and the word
 */
export function stateChip(state) {
  return element("span", { class: "astrolib-nights-state", "data-state": state, title: STATE_WORDS[state] ?? "" }, state);
}
