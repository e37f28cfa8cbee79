// How far a long cell is: what is being done, a bar, and how much of how much.
import { element, follow, icon } from "./dom.js";

export default {
  render({ model, el, signal }) {
    const label = element("b", {}, model.get("label"));
    const bar = element("div", {});
    const progress = element("div", { class: "astrolib-progress", role: "progressbar", "aria-label": model.get("label") }, bar);
    const words = element("span", { class: "astrolib-note" });
    el.classList.add("astrolib-status");
    el.append(label, progress, words);
    follow(model, signal, ["done", "total", "seconds"], () => {
      const [done, total] = [model.get("done"), model.get("total")];
      bar.style.width = `${total ? (100 * done) / total : 0}%`;
      progress.setAttribute("aria-valuemax", total || 1);
      progress.setAttribute("aria-valuenow", done);
      const ready = total > 0 && done >= total;
      words.replaceChildren(...(ready ? [icon("check")] : []), saidOf(done, total, ready ? model.get("seconds") : 0));
      words.className = `astrolib-group astrolib-note ${ready ? "astrolib-good" : ""}`;
    });
  },
};

const saidOf = (done, total, seconds) => (total ? `${done} of ${total}${seconds ? `, ${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : ""}` : "has begun");
