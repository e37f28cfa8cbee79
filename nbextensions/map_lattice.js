// The lattice of a map's neurons: where each cell lies, which is under the pointer, how it is coloured.

const SQUEEZE = Math.sqrt(3) / 2; // height of a hexagonal row, in steps along it
const GAP = 1; // between cells [pixels]
const MARGIN = 3; // for the outline of a cell at the edge [pixels]
const STEPS = 48; // shades of the ramp
const LETTER_ROOM = 15; // narrowest cell that holds a letter [pixels]

/**
 * @typedef {{rows: number, columns: number, grid: string, edges: string}} Shape
 * @typedef {{shape: Shape, step: number, width: number, height: number, left: number, top: number}} Frame
 */

/** Fit the lattice into a box, cells as large as they can be. @returns {Frame} */
export function fitLattice(shape, width, height) {
  const hexagonal = shape.grid === "hexagonal";
  const across = shape.columns + (hexagonal && shape.rows > 1 ? 0.5 : 0);
  const down = hexagonal ? (shape.rows - 1) * SQUEEZE + 2 / Math.sqrt(3) : shape.rows;
  const step = Math.min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / down);
  return { shape, step, width, height, left: (width - across * step) / 2, top: (height - down * step) / 2 };
}

/** @returns {[number, number]} the middle of a neuron's cell */
function middleOf({ shape, step, left, top }, neuron) {
  const [row, column] = [Math.floor(neuron / shape.columns), neuron % shape.columns];
  if (shape.grid !== "hexagonal") return [left + (column + 0.5) * step, top + (row + 0.5) * step];
  return [left + (column + 0.5 + 0.5 * (row % 2)) * step, top + (row * SQUEEZE + 1 / Math.sqrt(3)) * step];
}

/** @returns {number} the neuron under a point; -1 outside the map */
export function neuronAt(frame, x, y) {
  const { shape, step } = frame;
  const pitch = shape.grid === "hexagonal" ? SQUEEZE * step : step;
  const near = Math.floor((y - frame.top) / pitch);
  let [best, least] = [-1, step * 0.6];
  for (let row = Math.max(0, near - 1); row <= Math.min(shape.rows - 1, near + 1); row++) {
    const [first] = middleOf(frame, row * shape.columns);
    const column = Math.min(shape.columns - 1, Math.max(0, Math.round((x - first) / step)));
    const [mx, my] = middleOf(frame, row * shape.columns + column);
    const far = shape.grid === "hexagonal" ? Math.hypot(x - mx, y - my) : Math.max(Math.abs(x - mx), Math.abs(y - my));
    if (far < least) [best, least] = [row * shape.columns + column, far];
  }
  return best;
}

/** The neuron that a key leads to: over the edge of a torus, or not. */
export function stepFrom(shape, neuron, key) {
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  const place = (at, by, count) => (shape.edges === "toroidal" ? (at + by + count) % count : Math.min(count - 1, Math.max(0, at + by)));
  const row = place(Math.floor(neuron / shape.columns), down, shape.rows);
  return row * shape.columns + place(neuron % shape.columns, right, shape.columns);
}

/** All neurons of the rectangle that two corners span. @returns {number[]} */
export function spanned({ columns }, one, other) {
  const ends = (a, b) => [Math.min(a, b), Math.max(a, b)];
  const [top, bottom] = ends(Math.floor(one / columns), Math.floor(other / columns));
  const [left, right] = ends(one % columns, other % columns);
  const found = [];
  for (let row = top; row <= bottom; row++) for (let column = left; column <= right; column++) found.push(row * columns + column);
  return found;
}

/** All neurons whose middle lies in a box of the canvas. @returns {number[]} */
export function boxed(frame, [x0, y0], [x1, y1]) {
  const inside = (value, a, b) => value >= Math.min(a, b) && value <= Math.max(a, b);
  const all = Array.from({ length: frame.shape.rows * frame.shape.columns }, (_, neuron) => neuron);
  return all.filter((neuron) => {
    const [x, y] = middleOf(frame, neuron);
    return inside(x, x0, x1) && inside(y, y0, y1);
  });
}

function cellPath(pen, frame, neuron, grown = 0) {
  const [x, y] = middleOf(frame, neuron);
  const half = (frame.step - GAP) / 2 + grown;
  pen.beginPath();
  if (frame.shape.grid !== "hexagonal") return pen.rect(x - half, y - half, 2 * half, 2 * half);
  const radius = (2 * half) / Math.sqrt(3);
  for (let corner = 0; corner < 6; corner++) {
    const angle = (corner + 0.5) * (Math.PI / 3);
    pen.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  pen.closePath();
}

// ---- colours ------------------------------------------------------------------------------------

/** Shades from paper over the accent to ink: one hue, so that they are told apart by every eye. @returns {string[]} */
export function makeRamp(colour) {
  const [low, middle, high] = [colour("wash"), colour("accent"), colour("ink")];
  return Array.from({ length: STEPS }, (_, step) => {
    const part = (step / (STEPS - 1)) * 150;
    return part <= 100 ? `color-mix(in oklab, ${middle} ${part}%, ${low})` : `color-mix(in oklab, ${high} ${part - 100}%, ${middle})`;
  });
}

/** @returns {number} where a value stands on the scale, from 0 to 1 */
export function onScale({ low, high, kind }, value) {
  const part = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0;
  return kind === "root" ? Math.sqrt(part) : part;
}

/** One letter for each label, its own where that is free. @returns {string[]} */
export function lettersOf(labels) {
  const used = new Set();
  return labels.map((label) => {
    const letters = [...label.toUpperCase(), ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"];
    const letter = letters.find((one) => /[\p{L}\p{N}]/u.test(one) && !used.has(one)) ?? "·";
    used.add(letter);
    return letter;
  });
}

// ---- drawing ------------------------------------------------------------------------------------

/**
 * Draw all cells, and mark the current one and those of the brush.
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {{fill: (neuron: number) => string, letter: (neuron: number) => string, current: number, hover: number,
 *   brushed: Set<number>, colour: (name: string) => string}} look
 */
export function drawLattice(pen, frame, look) {
  const count = frame.shape.rows * frame.shape.columns;
  pen.clearRect(0, 0, frame.width, frame.height);
  const dim = look.brushed.size > 0;
  for (let neuron = 0; neuron < count; neuron++) {
    pen.globalAlpha = dim && !look.brushed.has(neuron) ? 0.3 : 1;
    pen.fillStyle = look.fill(neuron);
    cellPath(pen, frame, neuron);
    pen.fill();
  }
  if (frame.step >= LETTER_ROOM) drawLetters(pen, frame, look, count);
  pen.globalAlpha = 1;
  if (look.hover >= 0) outline(pen, frame, look.hover, [[1.5, look.colour("ink-2")]]);
  if (look.current >= 0) outline(pen, frame, look.current, [[5, look.colour("paper")], [2.5, look.colour("series-2")]]);
}

function drawLetters(pen, frame, look, count) {
  pen.font = `600 ${Math.min(13, Math.round(frame.step * 0.55))}px ${look.colour("font")}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = look.colour("ink");
  for (let neuron = 0; neuron < count; neuron++) {
    pen.globalAlpha = look.brushed.size && !look.brushed.has(neuron) ? 0.3 : 1;
    const letter = look.letter(neuron);
    if (letter) pen.fillText(letter, ...middleOf(frame, neuron));
  }
}

function outline(pen, frame, neuron, strokes) {
  for (const [width, colour] of strokes) {
    cellPath(pen, frame, neuron, 1);
    pen.lineJoin = "round";
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  }
}
