// From raw pixels to grey: limits by percentiles or z-scale, a linear, asinh or logarithmic stretch.

const GREYS = 1024; // steps between the limits
const SAMPLE = 4000; // pixels of a frame that its limits are estimated from
const SOFT = 12; // how far asinh and logarithm lift what is faint
const WHITE = [20, 60]; // least and greatest height of white above the sky, in noise, where they do
const BELOW = 0.16; // part of the pixels that lie more than the noise below the sky

/** The ways to choose limits, and to go from one to the other. */
export const LIMITS = ["99.5 %", "98 %", "z-scale", "min–max"];
export const STRETCHES = ["asinh", "linear", "log"];

const CURVES = {
  asinh: (part) => Math.asinh(SOFT * part) / Math.asinh(SOFT),
  linear: (part) => part,
  log: (part) => Math.log1p(SOFT * SOFT * part) / Math.log1p(SOFT * SOFT),
};

/**
 * A sample of each frame, in order of value, and its median: the sky differs from frame to frame, and is taken
 * off before frames are compared.
 * @param {Float32Array[]} frames
 * @returns {{sorted: Float32Array, sky: number}[]}
 */
export function sampled(frames) {
  return frames.map((frame) => {
    const step = Math.max(1, Math.floor(frame.length / SAMPLE));
    const sample = new Float32Array(Math.ceil(frame.length / step));
    let count = 0;
    for (let place = 0; place < frame.length; place += step) if (frame[place] === frame[place]) sample[count++] = frame[place];
    const sorted = sample.subarray(0, count).sort();
    return { sorted, sky: count ? sorted[count >> 1] : 0 };
  });
}

/**
 * The common limits of all frames, above the sky of each. A stretch that lifts what is faint makes noise white
 * where there are few stars, and leaves a mover dark beside a bright one: percentiles are held between then.
 * @param {{sorted: Float32Array, sky: number}[]} samples
 * @param {string} kind one of `LIMITS`
 * @param {boolean} lifts whether the stretch does
 * @returns {[number, number]}
 */
export function limitsOf(samples, kind, lifts) {
  const known = samples.filter(({ sorted }) => sorted.length > 1);
  if (!known.length) return [0, 1];
  const each = known.map(({ sorted, sky }) => one(sorted, kind).map((value) => value - sky));
  const low = middle(each.map(([value]) => value));
  const noise = middle(known.map(({ sorted, sky }) => sky - at(sorted, BELOW)));
  const [least, most] = lifts && kind.endsWith("%") ? WHITE.map((times) => times * noise) : [0, Infinity];
  const high = Math.min(most, Math.max(least, middle(each.map(([, value]) => value))));
  return high > low ? [low, high] : [low, low + 1];
}

function one(sorted, kind) {
  if (kind === "z-scale") return zscale(sorted);
  if (kind === "min–max") return [sorted[0], sorted[sorted.length - 1]];
  const beyond = kind === "98 %" ? 0.02 : 0.005;
  return [at(sorted, beyond), at(sorted, 1 - beyond)];
}

const at = (sorted, part) => sorted[Math.round(part * (sorted.length - 1))];

function middle(values) {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[ordered.length >> 1];
}

/**
 * The limits of IRAF's display: the slope of the ordered pixels about their median, stars left out.
 * @param {Float32Array} sorted
 * @returns {[number, number]}
 */
function zscale(sorted, contrast = 0.25, reject = 2.5, rounds = 5) {
  const centre = sorted.length >> 1;
  let [first, last] = [0, sorted.length];
  let slope = 0;
  for (let round = 0; round < rounds; round += 1) {
    const n = last - first;
    const mean = (first + last - 1) / 2;
    let [sum, moment, square] = [0, 0, 0];
    for (let place = first; place < last; place += 1) sum += sorted[place];
    for (let place = first; place < last; place += 1) {
      moment += (place - mean) * (sorted[place] - sum / n);
      square += (place - mean) ** 2;
    }
    slope = square ? moment / square : 0;
    const off = (place) => sorted[place] - sum / n - slope * (place - mean);
    let spread = 0;
    for (let place = first; place < last; place += 1) spread += off(place) ** 2;
    const most = reject * Math.sqrt(spread / n);
    const before = n;
    while (last - first > sorted.length / 2 && Math.abs(off(first)) > most) first += 1;
    while (last - first > sorted.length / 2 && Math.abs(off(last - 1)) > most) last -= 1;
    if (last - first === before) break;
  }
  const low = Math.max(sorted[0], sorted[centre] - (slope / contrast) * centre);
  const high = Math.min(sorted[sorted.length - 1], sorted[centre] + (slope / contrast) * (sorted.length - centre));
  return high > low ? [low, high] : [sorted[0], sorted[sorted.length - 1]];
}

/**
 * @param {string} stretch one of `STRETCHES`
 * @param {boolean} inverted whether the sky is white
 * @returns {Uint32Array} the opaque grey of each step between the limits
 */
export function greys(stretch, inverted) {
  return Uint32Array.from({ length: GREYS }, (_, step) => {
    const part = CURVES[stretch](step / (GREYS - 1));
    const grey = Math.round(255 * (inverted ? 1 - part : part));
    return (0xff000000 | (grey << 16) | (grey << 8) | grey) >>> 0;
  });
}

/**
 * Paint a frame, its highest row first, as pictures are; what nobody knows stays clear.
 * @param {Float32Array} frame lowest row first
 * @param {number} size
 * @param {Uint32Array} into
 * @param {[number, number]} limits
 * @param {Uint32Array} table as `greys` gives it
 */
export function paint(frame, size, into, [low, high], table) {
  const factor = (GREYS - 1) / (high - low);
  for (let row = 0; row < size; row += 1) {
    const from = (size - 1 - row) * size;
    for (let column = 0; column < size; column += 1) {
      const value = frame[from + column];
      const step = (value - low) * factor;
      into[row * size + column] = value !== value ? 0 : table[step < 0 ? 0 : step > GREYS - 1 ? GREYS - 1 : step | 0];
    }
  }
}

/**
 * What differs from frame to frame: each frame without its sky and without what most frames show.
 * @param {Float32Array[]} frames on the same sky
 * @param {{sky: number}[]} samples
 * @returns {Float32Array[]}
 */
export function differences(frames, samples) {
  const usual = new Float32Array(frames[0]?.length ?? 0);
  const values = new Float32Array(frames.length);
  for (let pixel = 0; pixel < usual.length; pixel += 1) {
    let known = 0;
    for (let index = 0; index < frames.length; index += 1) {
      const value = frames[index][pixel] - samples[index].sky;
      if (value === value) values[known++] = value;
    }
    usual[pixel] = known ? values.subarray(0, known).sort()[(known - 1) >> 1] : NaN;
  }
  return frames.map((frame, index) => frame.map((value, pixel) => value - samples[index].sky - usual[pixel]));
}
