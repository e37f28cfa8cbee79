// The spectra of one neuron on a canvas: all of them faintly, the reference vector over them.

const INSET = { left: 58, right: 12, top: 10, bottom: 40 };
const TICKS = 6;

/**
 * @typedef {{axis: {label: string, low: number, high: number}, wavelength: Float64Array, reference: Float32Array,
 *   lines: Float32Array[], density: {image: Uint8Array, columns: number, rows: number} | null,
 *   low: number, high: number, strong: number, mark: number | null, colour: (name: string) => string}} Drawing
 */

/** @returns {{left: number, right: number, top: number, bottom: number}} where the data go */
export function plotArea(width, height) {
  return { left: INSET.left, right: width - INSET.right, top: INSET.top, bottom: height - INSET.bottom };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {number} height
 * @param {Drawing} drawing
 */
export function drawSpectra(pen, width, height, drawing) {
  const area = plotArea(width, height);
  const { axis, low, high, colour } = drawing;
  const scale = {
    x: (value) => area.left + ((value - axis.low) / (axis.high - axis.low)) * (area.right - area.left),
    y: (value) => area.bottom - ((value - low) / (high - low)) * (area.bottom - area.top),
  };
  pen.clearRect(0, 0, width, height);
  drawAxes(pen, area, scale, drawing);
  pen.save();
  pen.beginPath();
  pen.rect(area.left, area.top, area.right - area.left, area.bottom - area.top);
  pen.clip();
  if (drawing.density) drawDensity(pen, area, drawing);
  else for (const line of drawing.lines) stroke(pen, scale, drawing, line, colour("series-1"), 1, faintness(drawing.lines.length));
  if (drawing.strong >= 0 && drawing.lines[drawing.strong]) {
    stroke(pen, scale, drawing, drawing.lines[drawing.strong], colour("paper"), 4, 0.8);
    stroke(pen, scale, drawing, drawing.lines[drawing.strong], colour("series-2"), 1.6, 1);
  }
  stroke(pen, scale, drawing, drawing.reference, colour("paper"), 4.5, 0.75);
  stroke(pen, scale, drawing, drawing.reference, colour("ink"), 1.8, 1);
  if (drawing.mark !== null) drawMark(pen, area, scale.x(drawing.mark), colour("ink-2"));
  pen.restore();
}

const faintness = (count) => Math.max(0.12, Math.min(0.6, 3 / Math.sqrt(count || 1) / 2));

function stroke(pen, scale, { wavelength }, flux, colour, width, alpha) {
  pen.beginPath();
  for (let pixel = 0; pixel < flux.length; pixel++) pen.lineTo(scale.x(wavelength[pixel]), scale.y(flux[pixel]));
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.globalAlpha = alpha;
  pen.stroke();
  pen.globalAlpha = 1;
}

/** How many spectra pass through each place, as an image that is stretched over the plot. */
function drawDensity(pen, area, { density, colour }) {
  const { image, columns, rows } = density;
  const small = new OffscreenCanvas(columns, rows);
  const paint = small.getContext("2d");
  const [red, green, blue] = components(paint, colour("series-1"));
  const pixels = paint.createImageData(columns, rows);
  for (let place = 0; place < image.length; place++) {
    pixels.data.set([red, green, blue, image[place] ? 24 + 0.86 * image[place] : 0], 4 * place);
  }
  paint.putImageData(pixels, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small, area.left, area.top, area.right - area.left, area.bottom - area.top);
}

function components(paint, colour) {
  paint.fillStyle = colour;
  paint.fillRect(0, 0, 1, 1);
  return paint.getImageData(0, 0, 1, 1).data;
}

function drawAxes(pen, area, scale, { axis, low, high, colour }) {
  pen.font = `12px ${colour("font")}`;
  pen.lineWidth = 1;
  pen.strokeStyle = colour("rule");
  pen.fillStyle = colour("ink-2");
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const value of ticksBetween(axis.low, axis.high)) {
    line(pen, scale.x(value), area.top, scale.x(value), area.bottom);
    pen.fillText(tickText(value), scale.x(value), area.bottom + 5);
  }
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const value of ticksBetween(low, high)) {
    line(pen, area.left, scale.y(value), area.right, scale.y(value));
    pen.fillText(tickText(value), area.left - 6, scale.y(value));
  }
  pen.strokeStyle = colour("field");
  line(pen, area.left, area.bottom, area.right, area.bottom);
  pen.fillStyle = colour("ink");
  pen.textAlign = "center";
  pen.textBaseline = "bottom";
  pen.fillText(axis.label, (area.left + area.right) / 2, area.bottom + INSET.bottom - 2);
  pen.save();
  pen.translate(14, (area.top + area.bottom) / 2);
  pen.rotate(-Math.PI / 2);
  pen.textBaseline = "middle";
  pen.fillText("prepared flux", 0, -4);
  pen.restore();
}

function drawMark(pen, area, x, colour) {
  pen.strokeStyle = colour;
  pen.setLineDash([4, 4]);
  line(pen, x, area.top, x, area.bottom);
  pen.setLineDash([]);
}

function line(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(Math.round(x0) + 0.5, Math.round(y0) + 0.5);
  pen.lineTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  pen.stroke();
}

/** Round values between two ends, about six of them. @returns {number[]} */
function ticksBetween(low, high) {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const every = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.ceil(low / every);
  return Array.from({ length: Math.max(0, Math.floor(high / every) - first + 1) }, (_, n) => (first + n) * every);
}

const tickText = (value) => String(Number(value.toPrecision(6))).replace("-", "−");
