// What is on the canvas and how: pixels, stretch, zoom and place, all of it in the page; Python hears of it.
import { drawFrame, reach } from "./blink_canvas.js";
import { makePlayer } from "./blink_player.js";
import { differences, greys, limitsOf, LIMITS, paint, sampled, STRETCHES } from "./blink_stretch.js";
import { element } from "./dom.js";

const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16]; // times what fits
const ROOM = 60; // pixels kept around a path that is zoomed to
const CIRCLE = 1.6; // radius of the circle in FWHM
const TELL = 400; // ms without a change until Python hears of it

const nextOf = (values, value) => values[(values.indexOf(value) + 1) % values.length];
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * @param {any} model
 * @param {AbortSignal} signal
 */
export function makeBlinkView(model, signal) {
  const canvas = element("canvas", { class: "astrolib-blink-canvas", role: "img" });
  const context = canvas.getContext("2d");
  const atlas = document.createElement("canvas");
  const before = model.get("view"); // as the page was left, when it is loaded again
  const look = { align: "sky", zoom: 2, circle: before.circle ?? true, inverted: before.inverted ?? false, pan: [0, 0] };
  const view = {
    canvas,
    atlas,
    look,
    stretch: STRETCHES.includes(before.stretch) ? before.stretch : STRETCHES[0],
    limits: LIMITS.includes(before.limits) ? before.limits : LIMITS[0],
    difference: before.difference ?? false, // whether what all frames show is taken off
    follows: false, // whether the cutouts follow the object, so that no difference can be taken
    magnified: 0, // 0: as the object asks for
    preferred: before.align ?? "sky",
    /** @type {import("./blink_canvas.js").Cutouts | null} */
    cutouts: null,
    about: { id: "", positions: [] },
    invalid: new Set(),
    onFrame: [], // called with the index of each frame that is shown
    onLook: [], // called when anything but the frame has changed
    colour: "#d76d00",
    side: 400,
  };
  let [frames, raw, samples, timer] = [[], [], [], 0];

  function show(index) {
    if (!view.cutouts) return;
    const { measured, frame } = view.about.positions[index];
    const mark = { colour: view.colour, radius: view.radius, measured, valid: !view.invalid.has(frame) };
    drawFrame(context, view.side, atlas, view.cutouts, index, look, mark);
    for (const shown of view.onFrame) shown(index);
  }
  const player = makePlayer(show, signal, before.fps);
  player.play(before.played ?? !calm());

  function stretched() {
    if (!view.cutouts) return;
    samples = sampled(raw);
    frames = raw;
    if (view.difference && !view.follows) {
      frames = differences(raw, samples);
      samples = sampled(frames);
    }
    painted();
  }
  function painted() {
    if (!view.cutouts) return;
    const { size } = view.cutouts;
    [atlas.width, atlas.height] = [size, size * frames.length];
    const table = greys(view.stretch, look.inverted);
    const [low, high] = limitsOf(samples, view.limits, view.stretch !== "linear");
    const into = atlas.getContext("2d");
    const image = into.createImageData(size, size);
    const words = new Uint32Array(image.data.buffer);
    frames.forEach((frame, index) => {
      paint(frame, size, words, [low + samples[index].sky, high + samples[index].sky], table);
      into.putImageData(image, 0, index * size);
    });
  }

  /** Magnification that keeps the whole path in sight, and a lone object large. */
  function fitting() {
    const { x, y, x0, y0 } = view.cutouts;
    if (look.align === "object") return 2;
    const span = (at, corner) => Math.max(...at.map((one, frame) => one + corner[frame])) - Math.min(...at.map((one, frame) => one + corner[frame]));
    const most = reach(view.cutouts, "sky") / (Math.max(span(x, x0), span(y, y0)) + ROOM);
    return ZOOMS.findLast((one) => one <= Math.min(3, most)) ?? 1;
  }
  function scaled() {
    if (!view.cutouts) return;
    look.zoom = ((view.magnified || fitting()) * view.side) / reach(view.cutouts, look.align);
  }

  /** Draw anew after a change of the look, and let Python know when it rests. */
  function changed() {
    scaled();
    show(player.index);
    for (const told of view.onLook) told();
    clearTimeout(timer);
    timer = setTimeout(tell, TELL);
  }
  function tell() {
    const { align, circle, inverted } = look;
    const difference = view.difference && !view.follows;
    const zoom = Math.round(100 * look.zoom) / 100;
    model.set("view", { align, circle, inverted, difference, zoom, stretch: view.stretch, limits: view.limits, fps: player.fps, played: player.playing });
    model.save_changes();
  }
  signal.addEventListener("abort", () => clearTimeout(timer));

  return Object.assign(view, {
    player,
    changed,
    /** Show another object: its pixels are those of the model. */
    load(about) {
      const bytes = model.get("pixels");
      view.about = about;
      view.cutouts = about.cutouts;
      const { size, frames: count, x0, y0 } = about.cutouts ?? { size: 0, frames: 0, x0: [], y0: [] };
      const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 4 * count * size * size));
      raw = Array.from({ length: count }, (_, frame) => values.subarray(frame * size * size, (frame + 1) * size * size));
      view.follows = x0.some((corner) => corner !== x0[0]) || y0.some((corner) => corner !== y0[0]);
      look.align = view.follows ? "object" : view.preferred;
      look.pan = [0, 0];
      view.radius = CIRCLE * fwhmOf(about);
      player.load(count);
      if (!count) context.clearRect(0, 0, view.side, view.side);
      stretched();
      changed();
    },
    /** Follow the size of the canvas and the theme's colours. */
    resized() {
      const side = Math.round(canvas.clientWidth) || view.side;
      const dense = window.devicePixelRatio || 1;
      [canvas.width, canvas.height, view.side] = [side * dense, side * dense, side];
      context.setTransform(dense, 0, 0, dense, 0, 0);
      view.colour = getComputedStyle(canvas).getPropertyValue("--astrolib-series-2").trim() || view.colour;
      changed();
    },
    play: () => (player.play(!player.playing), changed()),
    step: (by) => (player.goTo(player.index + by), changed()),
    goTo: (frame) => (player.goTo(frame), changed()),
    speed: (by) => (player.speed(by), changed()),
    align() {
      look.align = view.preferred = look.align === "sky" ? "object" : "sky";
      look.pan = [0, 0];
      changed();
    },
    zoom(by) {
      const now = view.magnified || fitting();
      const place = by > 0 ? ZOOMS.findIndex((one) => one > now) : ZOOMS.findLastIndex((one) => one < now);
      view.magnified = ZOOMS[place] ?? now;
      changed();
    },
    panBy(right, up) {
      look.pan = [look.pan[0] - right / look.zoom, look.pan[1] - up / look.zoom];
      changed();
    },
    home() {
      view.magnified = 0;
      look.pan = [0, 0];
      changed();
    },
    nextStretch: () => ((view.stretch = nextOf(STRETCHES, view.stretch)), painted(), changed()),
    nextLimits: () => ((view.limits = nextOf(LIMITS, view.limits)), painted(), changed()),
    invert: () => ((look.inverted = !look.inverted), painted(), changed()),
    differ: () => ((view.difference = !view.difference), stretched(), changed()),
    circle: () => ((look.circle = !look.circle), changed()),
    /** The raw value under a place of the canvas, if there is one. */
    valueAt(frame, column, row) {
      const size = view.cutouts?.size ?? 0;
      return column >= 0 && row >= 0 && column < size && row < size ? raw[frame][row * size + column] : NaN;
    },
  });
}

/** The seeing in pixels: the middle one of the frames, or what is usual. */
function fwhmOf({ positions, cutouts }) {
  const known = positions.map(({ fwhm }) => fwhm).filter((value) => value > 0).sort((a, b) => a - b);
  return known.length && cutouts ? known[known.length >> 1] / cutouts.scale : 4;
}
