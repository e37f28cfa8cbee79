// What can be done with what is on the canvas: one list for the buttons, the keys, and the help of the deck.
import { button, element, key } from "./dom.js";

/**
 * @typedef {{keys: string[], shown: string, name: string, group: string, text: (view: any) => string, about: string,
 *   act: (view: any) => void}} Tool
 * @type {Tool[]}
 */
const TOOLS = [
  { keys: [" "], shown: "Space", name: "Play or stand still", group: "play", text: ({ player }) => (player.playing ? "Pause" : "Play"), about: "blink, or look at one frame", act: (view) => view.play() },
  { keys: [","], shown: ",", name: "Back", group: "play", text: () => "Back", about: "one frame back", act: (view) => view.step(-1) },
  { keys: ["."], shown: ".", name: "Forward", group: "play", text: () => "Forward", about: "one frame on", act: (view) => view.step(1) },
  { keys: ["j"], shown: "J", name: "Slower", group: "play", text: () => "Slower", about: "fewer frames a second", act: (view) => view.speed(-1) },
  { keys: ["k"], shown: "K", name: "Faster", group: "play", text: ({ player }) => `Faster · ${player.fps}/s`, about: "more frames a second, up to 60", act: (view) => view.speed(1) },
  { keys: ["a"], shown: "A", name: "What stands still", group: "look", text: ({ look }) => (look.align === "sky" ? "Sky at rest" : "Object at rest"), about: "the sky or the object", act: (view) => view.align() },
  { keys: ["d"], shown: "D", name: "Difference", group: "look", text: ({ difference, follows }) => (follows ? "No difference" : difference ? "Difference" : "Image"), about: "the frames, or what differs between them; not where the cutouts follow a fast object", act: (view) => view.differ() },
  { keys: ["s"], shown: "S", name: "Stretch", group: "look", text: ({ stretch }) => stretch, about: "asinh, linear or logarithmic", act: (view) => view.nextStretch() },
  { keys: ["z"], shown: "Z", name: "Limits", group: "look", text: ({ limits }) => limits, about: "of the grey: percentiles, z-scale, or least and most", act: (view) => view.nextLimits() },
  { keys: ["g"], shown: "G", name: "Sky", group: "look", text: ({ look }) => (look.inverted ? "White sky" : "Black sky"), about: "black or white", act: (view) => view.invert() },
  { keys: ["c"], shown: "C", name: "Circle", group: "look", text: ({ look }) => (look.circle ? "Circle on" : "Circle off"), about: "around the object, or none", act: (view) => view.circle() },
  { keys: ["-"], shown: "−", name: "Zoom out", group: "zoom", text: () => "Out", about: "see more of the cutout", act: (view) => view.zoom(-1) },
  { keys: ["+", "="], shown: "+", name: "Zoom in", group: "zoom", text: ({ look }) => `In · ×${Number(look.zoom.toPrecision(2))}`, about: "see less of it; the wheel zooms too", act: (view) => view.zoom(1) },
  { keys: ["h"], shown: "H", name: "Home", group: "zoom", text: () => "Home", about: "zoom and place as at first", act: (view) => view.home() },
  { keys: ["x"], shown: "X", name: "Position", group: "judge", text: (view) => `This position: ${view.isInvalid() ? "invalid" : "valid"}`, about: "the position in this frame is not that of the object, or is after all", act: (view) => view.togglePosition(view.player.index) },
  { keys: ["b"], shown: "B", name: "Score", group: "judge", text: (view) => (!view.isBlind() ? "Score shown" : view.isScoreSeen() ? "Score hidden from the next on" : "Score hidden"), about: "show or hide a model's score; recorded with every answer", act: (view) => view.toggleScore() },
];

/** Keys without a button of their own: they stand in the table and on the tabs. */
const MORE = [
  { shown: "1…0", name: "Position 1 to 10", about: "valid or invalid, whichever frame is shown" },
  { shown: "T", name: "Next tab", about: "lines to report, known objects, the trail, planted objects" },
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
export function addHelp(list) {
  const about = (text) => element("span", { class: "astrolib-note" }, text);
  list.append(...[...TOOLS, ...MORE].map((row) => element("div", { role: "listitem" }, key(row.shown), element("b", {}, row.name), about(row.about))));
}
