// What can be done with what is on the canvas: one list for the buttons, the keys, and the help of the deck.
import { button, element, key } from "./dom.js";

/**
 * @typedef {{keys: string[], shown: string, group: string, text: (view: any) => string, about: string,
 *   act: (view: any) => void}} Tool
 * @type {Tool[]}
 */
export const TOOLS = [
  { keys: [" "], shown: "Space", group: "play", text: ({ player }) => (player.playing ? "Pause" : "Play"), about: "blink, or stand still", act: (view) => view.play() },
  { keys: [","], shown: ",", group: "play", text: () => "Back", about: "one frame back", act: (view) => view.step(-1) },
  { keys: ["."], shown: ".", group: "play", text: () => "Forward", about: "one frame on", act: (view) => view.step(1) },
  { keys: ["j"], shown: "J", group: "play", text: () => "Slower", about: "fewer frames a second", act: (view) => view.speed(-1) },
  { keys: ["k"], shown: "K", group: "play", text: ({ player }) => `Faster · ${player.fps}/s`, about: "more frames a second, up to 60", act: (view) => view.speed(1) },
  { keys: ["a"], shown: "A", group: "look", text: ({ look }) => (look.align === "sky" ? "On the sky" : "On the object"), about: "what stands still: the sky or the object", act: (view) => view.align() },
  { keys: ["d"], shown: "D", group: "look", text: ({ difference, follows }) => (follows ? "No difference" : difference ? "Difference" : "Image"), about: "the frames, or what differs between them; not where the cutouts follow a fast object", act: (view) => view.differ() },
  { keys: ["s"], shown: "S", group: "look", text: ({ stretch }) => stretch, about: "stretch: asinh, linear or logarithmic", act: (view) => view.nextStretch() },
  { keys: ["z"], shown: "Z", group: "look", text: ({ limits }) => limits, about: "limits of the grey: percentiles, z-scale, or least and most", act: (view) => view.nextLimits() },
  { keys: ["g"], shown: "G", group: "look", text: ({ look }) => (look.inverted ? "White sky" : "Black sky"), about: "black or white sky", act: (view) => view.invert() },
  { keys: ["c"], shown: "C", group: "look", text: ({ look }) => (look.circle ? "Circle on" : "Circle off"), about: "the circle around the object", act: (view) => view.circle() },
  { keys: ["-"], shown: "−", group: "zoom", text: () => "Out", about: "zoom out", act: (view) => view.zoom(-1) },
  { keys: ["+", "="], shown: "+", group: "zoom", text: ({ look }) => `In · ×${Number(look.zoom.toPrecision(2))}`, about: "zoom in; so does the wheel", act: (view) => view.zoom(1) },
  { keys: ["h"], shown: "H", group: "zoom", text: () => "Home", about: "zoom and place as at first", act: (view) => view.home() },
  { keys: ["x"], shown: "X", group: "judge", text: (view) => (view.isInvalid() ? "Position valid" : "Position invalid"), about: "the position in this frame is not that of the object, or is after all", act: (view) => view.togglePosition(view.player.index) },
  { keys: ["b"], shown: "B", group: "judge", text: (view) => (view.isBlind() ? "Score hidden" : "Score shown"), about: "show or hide a model's score; recorded with every answer", act: (view) => view.toggleScore() },
];

/** Keys without a button of their own: they stand in the table and on the tabs. */
const MORE = [
  { shown: "1–0", text: "Position 1 to 10", about: "valid or invalid, whichever frame is shown" },
  { shown: "T", text: "Next tab", about: "lines to report, known objects, the trail, planted objects" },
];

/** @param {any} view */
export function toolsPart(view) {
  const made = TOOLS.map((tool) => [tool, toolButton(view, tool)]);
  view.onLook.push(() => {
    for (const [tool, one] of made) one.lastChild.textContent = tool.text(view);
  });
  const groups = ["play", "look", "zoom", "judge"].map((group) => {
    const members = made.filter(([tool]) => tool.group === group).map(([, one]) => one);
    return element("div", { class: "astrolib-row astrolib-blink-group", role: "group" }, ...members);
  });
  return element("div", { class: "astrolib-blink-tools", role: "toolbar", "aria-label": "Blinking" }, ...groups);
}

/** Focus goes back to the deck, so that keys go on working. */
function toolButton(view, { shown, about, act }) {
  const made = button("", () => (act(view), view.focus()), { class: "astrolib-blink-tool", title: about });
  made.append(key(shown), element("span", {}));
  return made;
}

/**
 * What a key does here; null where it does nothing.
 * @param {KeyboardEvent} event
 * @returns {((view: any) => void) | null}
 */
export function toolOf({ key: pressed, code }) {
  const letter = pressed.length === 1 ? pressed.toLowerCase() : pressed;
  if (letter === "t") return (view) => view.nextTab();
  if (/^[0-9]$/.test(letter) || /^(Digit|Numpad)[0-9]$/.test(code ?? "")) {
    const digit = Number(/[0-9]$/.exec(/^[0-9]$/.test(letter) ? letter : code)[0]);
    return (view) => view.togglePosition((digit + 9) % 10);
  }
  return TOOLS.find(({ keys }) => keys.includes(letter))?.act ?? null;
}

/** Add what can be done here to the list of all keys that the deck shows. */
export function addHelp(view, list) {
  const rows = [...TOOLS.map((tool) => ({ ...tool, text: tool.text(view) })), ...MORE];
  const about = (text) => element("span", { class: "astrolib-note" }, text);
  list.append(...rows.map((row) => element("div", { role: "listitem" }, key(row.shown), element("b", {}, row.text), about(row.about))));
}
