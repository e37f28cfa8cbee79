// One moving object with all that decides: the canvas that blinks, all cutouts, what was measured, what is known.
import { framePart } from "./blink_frame.js";
import { plotPlace } from "./blink_plots.js";
import { stripPart } from "./blink_strip.js";
import { factsPart, positionsPart } from "./blink_table.js";
import { tabsPart } from "./blink_tabs.js";
import { addHelp, toolOf, toolsPart } from "./blink_tools.js";
import { makeBlinkView } from "./blink_view.js";
import { element } from "./dom.js";
import { isCommand } from "./keys.js";
import { makeQueue } from "./presses.js";

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-blink");
    const view = makeBlinkView(model, signal);
    const queue = makeQueue(model, signal, () => {});
    Object.assign(view, { onVerdicts: [], root: null, ...judging(view, model, queue) });
    const plots = plotsPart(view, signal);
    el.append(
      element("div", { class: "astrolib-blink-stage" }, factsPart(view), framePart(view, signal), stripPart(view), plots, toolsPart(view), positionsPart(view), tabsPart(view, model, signal)),
    );
    const show = () => load(view, model);
    const judge = () => judged(view, model);
    model.on("change:about", show);
    model.on("change:verdicts", judge);
    signal.addEventListener("abort", () => (model.off("change:about", show), model.off("change:verdicts", judge)));
    show();
    whenInDeck(view, el, signal);
  },
};

/** What is said of positions and the score, and of which object: that which is on the screen. */
function judging(view, model, queue) {
  const frameOf = (index) => view.about.positions[index];
  return {
    isInvalid: () => view.invalid.has(frameOf(view.player.index)?.frame),
    isBlind: () => model.get("verdicts").blind !== false,
    isScoreSeen: () => Boolean(model.get("verdicts").scores?.length),
    togglePosition(index) {
      if (frameOf(index)?.measured) queue.push("position", view.about.id, frameOf(index).frame);
    },
    toggleScore: () => queue.push("score"),
    focus: () => view.root?.focus({ preventScroll: true }),
  };
}

function load(view, model) {
  const about = model.get("about");
  if (!about.id) return;
  view.invalid = new Set(model.get("verdicts").invalid ?? []);
  view.load(about);
  judged(view, model);
}

/** Which positions count, and what those give; of another object it comes too early, and is passed over. */
function judged(view, model) {
  const verdicts = model.get("verdicts");
  if (!verdicts.id || verdicts.id !== view.about.id) return;
  view.invalid = new Set(verdicts.invalid);
  for (const told of view.onVerdicts) told(verdicts);
  view.changed();
}

function plotsPart(view, signal) {
  const [light, residuals] = [plotPlace(signal, view.goTo), plotPlace(signal, view.goTo)];
  view.onVerdicts.push((verdicts) => {
    const { positions } = view.about;
    const shared = { times: positions.map(({ hours }) => hours), valid: positions.map(({ frame }) => !view.invalid.has(frame)) };
    const from = (place) => positions.map(({ frame }) => verdicts.residuals[frame]?.[place] ?? null);
    const curve = (name, number, values, errors) => ({ name, colour: `var(--astrolib-series-${number})`, values, errors });
    light.show({ ...shared, title: "Light curve", label: "magnitude", flipped: true, empty: "No magnitudes.", curves: [curve("mag", 1, positions.map(({ mag }) => mag), positions.map(({ rms_mag: error }) => error))] });
    residuals.show({ ...shared, title: "From the straight line", label: "residual [″]", zero: true, empty: "A line needs two positions that count.", curves: [curve("Δα cos δ", 1, from(0), from(2)), curve("Δδ", 2, from(1), from(3))] });
  });
  view.onFrame.push(light.point, residuals.point);
  return element("div", { class: "astrolib-blink-plots" }, light.figure, residuals.figure);
}

/** Take keys on the whole deck; the deck's own come first. */
function whenInDeck(view, el, signal) {
  const root = el.closest(".astrolib-deck");
  if (!root) return signal.aborted || requestAnimationFrame(() => whenInDeck(view, el, signal));
  view.root = root;
  root.addEventListener("keydown", (event) => onToolKey(view, event), { signal });
  const help = root.querySelector(".astrolib-deck-help");
  if (help) addHelp(help);
  view.resized();
}

function onToolKey(view, event) {
  if (!isCommand(event)) return;
  if (event.key === " " && event.target.matches("button")) return; // presses the button
  const act = toolOf(event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  const steps = [",", ".", "+", "-", "="].includes(event.key);
  if (!event.repeat || steps) act(view);
}
