// How the loop goes: advice in words, curves over the labels, the audit of each target, confusion, the training.
import { element, follow } from "./dom.js";
import { chartPlace } from "./chart.js";
import { confusionTable, countTable } from "./learn_tables.js";

const [BLUE, ORANGE, GREEN, GREY] = ["var(--astrolib-series-1)", "var(--astrolib-series-2)", "var(--astrolib-series-3)", "var(--astrolib-ink-2)"];
const SHARE = [0, 1.02]; // the range of everything between 0 and 1
const LABELS = { label: "labels used", whole: true };

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-learn-figures");
    const training = trainingPart(model, signal);
    const rounds = element("div", { class: "astrolib-learn-rounds" });
    el.append(rounds, training);
    let parts = null;
    follow(model, signal, ["figures"], () => {
      const figures = model.get("figures");
      if (!figures.classes) return;
      const targets = figures.targets.join("\n");
      if (parts?.targets !== targets) {
        parts = { targets, ...roundParts(figures, signal) };
        rounds.replaceChildren(parts.advice, parts.grid);
      }
      showRounds(parts, figures);
    });
  },
};

// ---- the rounds ---------------------------------------------------------------------------------

function roundParts(figures, signal) {
  const advice = element("div", { class: "astrolib-learn-advice" });
  const [f1, found] = [chartPlace(signal), chartPlace(signal)];
  const audits = figures.targets.map((target) => [target, chartPlace(signal)]);
  const counts = element("div", {});
  const confusion = element("div", {});
  const tables = element("div", { class: "astrolib-learn-tables" }, counts, confusion);
  const grid = element("div", { class: "astrolib-learn-grid" }, f1.figure, found.figure, ...audits.map(([, place]) => place.figure), tables);
  return { advice, f1, found, audits, counts, confusion, grid };
}

function showRounds(parts, figures) {
  parts.advice.replaceChildren(element("b", {}, "Go on, or stop?"), element("p", {}, figures.advice || "There is no advice before the first training."));
  parts.f1.show(f1Chart(figures));
  parts.found.show(foundChart(figures));
  for (const [target, place] of parts.audits) place.show(auditChart(target, figures.audits[target]));
  parts.counts.replaceChildren(countTable(figures));
  parts.confusion.replaceChildren(...(figures.confusion?.flat().some(Boolean) ? [confusionTable(figures)] : []));
}

function f1Chart({ history }) {
  const judged = (history.f1 ?? []).flatMap((f1, row) => (f1 === null ? [] : [row]));
  return {
    title: "F1, mean over the targets",
    about: judged.length ? "Judged by the answers to the audits alone." : "",
    empty: "The first point comes with the first answered audit.",
    series: [{ name: "F1", x: judged.map((row) => history.n_labels[row]), y: judged.map((row) => history.f1[row]), colour: BLUE, points: true }],
    x: LABELS,
    y: { label: "F1", range: SHARE },
  };
}

/** What the labels were worth: targets among them, and among as many chosen at random. */
function foundChart({ history }) {
  const x = history.n_labels ?? [];
  return {
    title: "Targets among the labels",
    about: "Random choice: estimated from the audits.",
    empty: "The first point comes with the first labels.",
    series: [
      { name: "this loop", x, y: history.n_targets ?? [], colour: BLUE, points: true },
      { name: "random choice", x, y: history.n_targets_random ?? [], colour: GREY, dashed: true, points: true },
    ],
    x: LABELS,
    y: { label: "targets", floor: 0 },
  };
}

/** Precision and completeness of one class, as the audits of the rounds estimate them. */
function auditChart(target, audits) {
  const rows = audits.filter(({ n }) => n > 0);
  const x = rows.map(({ round }) => round);
  const curve = (name, colour) => ({
    name,
    x,
    y: rows.map((row) => row[name]),
    low: rows.map((row) => row[`${name}_low`]),
    high: rows.map((row) => row[`${name}_high`]),
    colour,
    points: true,
  });
  const last = rows.at(-1);
  const level = last?.level ? `Bars: ${Math.round(100 * last.level)} % intervals` : "Bars: intervals";
  const share = x.length > 1 ? 0.25 : 0.5;
  return {
    title: `Audit: ${target}`,
    about: last ? `${level} from ${last.n} audited spectra. Completeness supposes that hardly any target scores lowest.` : "",
    empty: "The audit speaks once its first sample is labelled.",
    series: [curve("precision", BLUE), curve("completeness", ORANGE)],
    x: { label: "round", whole: true, range: x.length ? [Math.min(...x) - share, Math.max(...x) + share] : undefined },
    y: { label: "share", range: SHARE },
  };
}

// ---- the training -------------------------------------------------------------------------------

function trainingPart(model, signal) {
  const [loss, f1] = [chartPlace(signal), chartPlace(signal)];
  const title = element("h4", { class: "astrolib-learn-heading" }, "Training");
  const made = element("div", { class: "astrolib-learn-training" }, title, element("div", { class: "astrolib-learn-grid" }, loss.figure, f1.figure));
  follow(model, signal, ["epochs"], () => {
    const epochs = model.get("epochs");
    made.classList.toggle("astrolib-learn-none", !epochs.length);
    loss.show(lossChart(epochs));
    f1.show(trainingF1Chart(epochs));
  });
  return made;
}

/** Several networks may be trained one after the other: each run begins where the epoch falls back. */
function runs(epochs) {
  const found = [];
  for (const told of epochs) {
    if (!found.length || told.epoch <= found.at(-1).at(-1).epoch) found.push([]);
    found.at(-1).push(told);
  }
  return found;
}

/** One curve a run; those of earlier networks fade. */
function curves(epochs, name, title, colour, dashed = false) {
  const found = runs(epochs);
  return found.map((run, place) => ({
    name: title,
    x: run.map(({ epoch }) => epoch),
    y: run.map((told) => (Number.isFinite(told[name]) ? told[name] : null)),
    colour,
    dashed,
    faint: place < found.length - 1,
  }));
}

function epochAxis(epochs) {
  const last = epochs.reduce((most, { epoch, epochs: all }) => Math.max(most, epoch, all ?? 0), 2);
  return { label: "epoch", whole: true, range: [Math.min(1, epochs[0]?.epoch ?? 1), last] };
}

function lossChart(epochs) {
  return {
    title: "Loss",
    empty: "The first epoch is under way.",
    series: [...curves(epochs, "loss", "training", BLUE), ...curves(epochs, "val_loss", "validation", ORANGE)],
    x: epochAxis(epochs),
    y: { label: "cross-entropy" },
  };
}

function trainingF1Chart(epochs) {
  const name = epochs.some(({ val_f1: value }) => Number.isFinite(value)) ? "val_f1" : "f1";
  return {
    title: "F1 on validation spectra",
    empty: "It comes with the first epoch that is validated.",
    series: curves(epochs, name, "validation F1", GREEN),
    x: epochAxis(epochs),
    y: { label: "F1", range: SHARE },
  };
}
