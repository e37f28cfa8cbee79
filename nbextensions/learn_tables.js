// Tables of the learning panel: labels of each class, and where labels and answers differ.
import { element } from "./dom.js";

const cell = (tag, attributes, ...text) => element(tag, attributes, ...text.map(String));

function table(caption, head, rows) {
  return element(
    "figure",
    { class: "astrolib-chart" },
    element("figcaption", { class: "astrolib-chart-caption" }, element("b", {}, caption)),
    element("table", { class: "astrolib-table" }, element("thead", {}, head), element("tbody", {}, ...rows)),
  );
}

/** How many labels each class has; what trains no class stands below. */
export function countTable({ counts, targets, aside }) {
  const most = Math.max(1, ...Object.values(counts));
  const row = ([name, count]) => {
    const bar = element("div", { class: `astrolib-learn-bar${targets.includes(name) ? " astrolib-learn-target" : ""}` });
    bar.style.width = `${(100 * count) / most}%`;
    return element("tr", {}, cell("th", { scope: "row" }, name), element("td", { class: "astrolib-learn-wide" }, bar), cell("td", { class: "astrolib-learn-number" }, count));
  };
  const rest = Object.entries(aside).map(([name, count]) => `${count} ${name}`);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const head = element("tr", {}, cell("th", { scope: "col" }, "class"), cell("th", { scope: "col" }, ""), cell("th", { scope: "col", class: "astrolib-learn-number" }, "labels"));
  const made = table(`Labels: ${total}`, head, Object.entries(counts).map(row));
  if (rest.length) made.append(cell("div", { class: "astrolib-note" }, `Beside these, no class of the network: ${rest.join(", ")}.`));
  return made;
}

/** Rows are labels, columns are answers; the deeper a cell, the larger its share of the row. */
export function confusionTable({ confusion, classes }) {
  const head = element("tr", {}, cell("th", { scope: "col" }, "label ↓  model →"), ...classes.map((name) => cell("th", { scope: "col", class: "astrolib-learn-number" }, name)));
  const rows = confusion.map((counts, row) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count, column) => {
      const share = total ? count / total : 0;
      const title = `${count} of ${total} labelled ${classes[row]}: the model says ${classes[column]}`;
      const made = cell("td", { class: `astrolib-learn-number ${row === column ? "astrolib-learn-right" : "astrolib-learn-wrong"}`, title }, count || "·");
      made.style.setProperty("--astrolib-share", `${Math.round(70 * share)}%`);
      return made;
    });
    return element("tr", {}, cell("th", { scope: "row" }, classes[row]), ...cells);
  });
  return table("The last audit, on spectra that this model did not learn from", head, rows);
}
