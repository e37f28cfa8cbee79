// The way out of a verifying panel: to a VOTable, to CSV, or to desktop tools over SAMP.
import { button, element, follow, icon } from "./dom.js";

const WAYS = { votable: "VOTable", csv: "CSV", samp: "Send to TOPCAT, Aladin (SAMP)" };

export default {
  render({ model, el, signal }) {
    el.classList.add("astrolib-verify-leaving");
    const count = element("span", { class: "astrolib-note" });
    const said = element("div", { class: "astrolib-status", role: "status", "aria-live": "polite" });
    const ways = Object.entries(WAYS).map(([kind, text]) => button(text, () => model.send({ leave: kind }), { icon: "download" }));
    el.append(element("div", { class: "astrolib-row" }, element("b", {}, "Export"), ...ways, count), said);
    follow(model, signal, ["now"], () => {
      const { said: words = "", failed, judged = 0, total = 0 } = model.get("now");
      count.textContent = `${judged} of ${total} judged; those that cuts removed leave with the reason.`;
      said.hidden = !words;
      said.className = `astrolib-status ${failed ? "astrolib-bad" : "astrolib-good"}`;
      said.replaceChildren(icon(failed ? "warn" : "check"), element("span", {}, words));
    });
  },
};
