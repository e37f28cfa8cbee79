// The one canvas: a frame where it belongs on the sky, or with its object in the middle; circle, compass, scale.

const BARS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600]; // arcsec
const FAINT = 0.35; // of cutouts of other frames
const EDGE = 12; // pixels between what is drawn over the frame and its edge

/**
 * @typedef {{frames: number, size: number, x: number[], y: number[], x0: number[], y0: number[], scale: number,
 *   north: number[], east: number[]}} Cutouts
 * @typedef {{align: "sky" | "object", zoom: number, circle: boolean, inverted: boolean, pan: [number, number]}} Look
 */

/**
 * The middle of what is shown, on the grid.
 * @param {Cutouts} cutouts @param {number} index @param {Look} look
 */
export function centreOf({ x, y, x0, y0, size }, index, look) {
  const [right, up] = look.pan;
  if (look.align === "object") return [x0[index] + x[index] + right, y0[index] + y[index] + up];
  const between = (corners) => (Math.min(...corners) + Math.max(...corners) + size - 1) / 2;
  return [between(x0) + right, between(y0) + up];
}

/** How far the cutouts of all frames reach on the grid [pixel]: what fits into the view at zoom 1. */
export function reach({ x0, y0, size }, align) {
  if (align === "object") return size;
  return size + Math.max(Math.max(...x0) - Math.min(...x0), Math.max(...y0) - Math.min(...y0));
}

/**
 * Draw one frame.
 * @param {CanvasRenderingContext2D} context scaled to CSS pixels
 * @param {number} side of the canvas [CSS pixels]
 * @param {HTMLCanvasElement} atlas all frames, stretched, one below the other
 * @param {Cutouts} cutouts @param {number} index @param {Look} look
 * @param {{colour: string, radius: number, measured: boolean, valid: boolean}} mark
 */
export function drawFrame(context, side, atlas, cutouts, index, look, mark) {
  const { size, x, y, x0, y0 } = cutouts;
  const [centreX, centreY] = centreOf(cutouts, index, look);
  const across = (gridX) => side / 2 + (gridX - centreX) * look.zoom;
  const down = (gridY) => side / 2 - (gridY - centreY) * look.zoom;
  context.clearRect(0, 0, side, side);
  context.imageSmoothingEnabled = false;
  const width = size * look.zoom;
  const put = (frame) => context.drawImage(atlas, 0, frame * size, size, size, across(x0[frame] - 0.5), down(y0[frame] + size - 0.5), width, width);
  if (look.align === "sky") showOthers(context, cutouts, index, put);
  put(index);
  if (look.circle) drawMark(context, across(x0[index] + x[index]), down(y0[index] + y[index]), look, mark);
  drawCompass(context, side, cutouts, look.inverted);
  drawBar(context, side, cutouts.scale, look);
}

/** Where cutouts follow the object, those of the other frames stand faintly where they belong. */
function showOthers(context, { frames, x0, y0 }, index, put) {
  context.globalAlpha = FAINT;
  for (let frame = 0; frame < frames; frame += 1) if (x0[frame] !== x0[index] || y0[frame] !== y0[index]) put(frame);
  context.globalAlpha = 1;
}

/** A circle and four short lines; dashed where it is only expected, crossed where invalid. */
function drawMark(context, left, top, { zoom }, { colour, radius, measured, valid }) {
  const r = Math.max(9, radius * zoom);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash(measured ? [] : [4, 4]);
  context.beginPath();
  context.arc(left, top, r, 0, 2 * Math.PI);
  for (const [right, down] of valid ? [[1, 0], [-1, 0], [0, 1], [0, -1]] : [[0.7, 0.7], [-0.7, -0.7], [0.7, -0.7], [-0.7, 0.7]]) {
    context.moveTo(left + right * r, top + down * r);
    context.lineTo(left + right * (r + 8), top + down * (r + 8));
  }
  context.stroke();
  context.setLineDash([]);
}

const inks = (inverted) => (inverted ? ["#000000", "rgba(255,255,255,0.75)"] : ["#ffffff", "rgba(0,0,0,0.65)"]);

/** Text and lines with an edge, so that they stand out from any sky. */
function outlined(context, inverted, draw) {
  const [ink, edge] = inks(inverted);
  context.lineJoin = "round";
  for (const [colour, width] of [[edge, 4], [ink, 1.4]]) {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = width;
    draw(width > 2);
  }
}

function word(context, text, left, top, isEdge) {
  context.font = "600 12px system-ui, sans-serif";
  if (isEdge) context.strokeText(text, left, top);
  else context.fillText(text, left, top);
}

function drawCompass(context, side, { north, east }, inverted) {
  const [left, top, length] = [side - EDGE - 30, side - EDGE - 30, 22];
  context.textAlign = "center";
  context.textBaseline = "middle";
  outlined(context, inverted, (isEdge) => {
    for (const [[right, up], name] of [[north, "N"], [east, "E"]]) {
      const [endX, endY] = [left + right * length, top - up * length];
      const [backX, backY] = [-right * 5, up * 5];
      context.beginPath();
      context.moveTo(left, top);
      context.lineTo(endX, endY);
      context.moveTo(endX + backX - backY * 0.6, endY + backY + backX * 0.6);
      context.lineTo(endX, endY);
      context.lineTo(endX + backX + backY * 0.6, endY + backY - backX * 0.6);
      context.stroke();
      word(context, name, left + right * (length + 9), top - up * (length + 9), isEdge);
    }
  });
}

function drawBar(context, side, scale, { zoom, inverted }) {
  const pixels = (arcsec) => (arcsec / scale) * zoom;
  const arcsec = BARS.findLast((one) => pixels(one) <= side / 4) ?? BARS[0];
  const [left, top, width] = [EDGE, side - EDGE, pixels(arcsec)];
  context.textAlign = "left";
  context.textBaseline = "bottom";
  outlined(context, inverted, (isEdge) => {
    context.beginPath();
    context.moveTo(left, top - 5);
    context.lineTo(left, top);
    context.lineTo(left + width, top);
    context.lineTo(left + width, top - 5);
    context.stroke();
    word(context, arcsec >= 60 ? `${arcsec / 60}′` : `${arcsec}″`, left + 4, top - 4, isEdge);
  });
}
