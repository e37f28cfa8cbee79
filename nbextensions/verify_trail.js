// The trail of cuts: one bar a cut, as long as what came to it, dark as far as what it left.
import { element, follow } from "./dom.js";

const counted = (number) => number.toLocaleString("en").replaceAll(",", "\u2009");

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-trail-bars");
    el.setAttribute("role", "list");
    el.setAttribute("aria-label", "Cuts");
    follow(model, signal, ["steps"], () => {
      const steps = model.get("steps");
      const total = Math.max(steps[0]?.before ?? 0, 1);
      el.replaceChildren(...steps.flatMap((step) => bar(step, total)));
    });
  },
};

function bar({ cut, before, left, removed, unknown }, total) {
  const came = element("div", { class: "astrolib-trail-came" });
  const stayed = element("div", { class: "astrolib-trail-left" });
  came.style.width = `${(100 * before) / total}%`;
  stayed.style.width = `${(100 * left) / total}%`;
  const words = [removed ? `−${counted(removed)}` : "", unknown ? `${counted(unknown)} not known` : ""].filter(Boolean).join(", ");
  return [
    element("span", { class: "astrolib-trail-name", title: cut, role: "listitem" }, cut),
    element("div", { class: "astrolib-trail-bar", "aria-hidden": "true" }, came, stayed),
    element("b", { class: "astrolib-verify-number" }, counted(left)),
    element("span", { class: "astrolib-note" }, words),
  ];
}
