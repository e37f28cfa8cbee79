// One prepared spectrum, as the network sees it.
import { element, follow } from "./dom.js";
import { chartPlace } from "./chart.js";

const COLOUR = "var(--astrolib-series-1)";

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-learn-prepared");
    const place = chartPlace(signal);
    const answer = element("div", { class: "astrolib-learn-answer" });
    el.append(answer, place.figure);
    follow(model, signal, ["points", "x_label", "y_label"], () => place.show(spectrum(model)));
    follow(model, signal, ["answer"], () => {
      answer.textContent = model.get("answer");
      answer.hidden = !model.get("answer");
    });
  },
};

function spectrum(model) {
  const bytes = model.get("points");
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const count = values.length / 2;
  const [x, y] = [Array.from(values.subarray(0, count)), Array.from(values.subarray(count))];
  return {
    title: "As the network sees it",
    height: model.get("height"),
    empty: "This spectrum is not among the prepared ones.",
    series: [{ name: "flux", x, y, colour: COLOUR }],
    x: { label: model.get("x_label"), range: count ? [x[0], x[count - 1]] : undefined },
    y: { label: model.get("y_label") },
  };
}
