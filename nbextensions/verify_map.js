// Where a candidate lies on the map: the U-matrix, and its neuron in it.
import { element, follow } from "./dom.js";

const CELL = 20; // in the units of the drawing
const NAMESPACE = "http://www.w3.org/2000/svg";

/** @param {any} model @param {AbortSignal} signal */
export function mapPart(model, signal) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("role", "img");
  const said = element("span", { class: "astrolib-note" });
  const part = element(
    "figure",
    { class: "astrolib-verify-map" },
    element("figcaption", { class: "astrolib-row astrolib-spread" }, element("b", {}, "On the map"), said),
    svg,
    element("div", { class: "astrolib-verify-ramp astrolib-note" }, "alike", element("span", {}), "apart"),
  );
  let drawn = "";
  follow(model, signal, ["neuron", "cells"], () => {
    const { number, place, distance, hexagonal } = model.get("neuron");
    part.hidden = number === undefined;
    if (part.hidden) return;
    said.textContent = place;
    svg.setAttribute("aria-label", `Map of spectra; this one lies at ${place}, ${distance.toFixed(2)} from its neuron.`);
    const cells = latticeOf(model.get("cells"));
    const which = `${cells.length} ${hexagonal} ${cells[0]} ${cells.at(-1)}`;
    if (which !== drawn) drawLattice(svg, cells, hexagonal);
    drawn = which;
    markCell(svg, cells[number], hexagonal);
  });
  return part;
}

/** @param {DataView} view @returns {[number, number, number][]} x, y and height of each neuron */
function latticeOf(view) {
  return Array.from({ length: view.byteLength / 12 }, (_, n) => [0, 4, 8].map((at) => view.getFloat32(12 * n + at, true)));
}

function drawLattice(svg, cells, hexagonal) {
  const right = Math.max(...cells.map(([x]) => x));
  const bottom = Math.max(...cells.map(([, y]) => y));
  svg.setAttribute("viewBox", `${-CELL} ${-CELL} ${(right + 2) * CELL} ${(bottom + 2) * CELL}`);
  svg.replaceChildren(...cells.map((cell) => cellShape(cell, hexagonal, 1.02, { style: `fill: color-mix(in oklab, var(--astrolib-accent) ${Math.round(8 + 84 * cell[2])}%, var(--astrolib-paper))` })));
}

function markCell(svg, cell, hexagonal) {
  svg.querySelectorAll(".astrolib-verify-here").forEach((one) => one.remove());
  svg.append(cellShape(cell, hexagonal, 1.3, { class: "astrolib-verify-here astrolib-verify-here-paper" }), cellShape(cell, hexagonal, 1.3, { class: "astrolib-verify-here" }));
}

function cellShape([x, y], hexagonal, size, attributes) {
  const corners = hexagonal ? 6 : 4;
  const radius = (size * CELL) / (hexagonal ? Math.sqrt(3) : Math.SQRT2);
  const points = Array.from({ length: corners }, (_, n) => {
    const angle = (2 * Math.PI * (n + 0.5)) / corners;
    return hexagonal ? [x * CELL + radius * Math.sin(angle - Math.PI / 6), y * CELL + radius * Math.cos(angle - Math.PI / 6)] : [x * CELL + radius * Math.cos(angle), y * CELL + radius * Math.sin(angle)];
  });
  const made = document.createElementNS(NAMESPACE, "polygon");
  made.setAttribute("points", points.map((point) => point.map((value) => value.toFixed(2)).join(",")).join(" "));
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
