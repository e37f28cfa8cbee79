// What is asked of a person about files: the same question about several is one card.
import { button, element, follow, icon, key } from "./dom.js";

const NAMED = 3; // files that are named in a card

/** @returns {{part: HTMLElement, answer: (number: number) => boolean}} `answer` presses an answer of the marked card */
export function questionsPart(view) {
  const { model, signal } = view;
  const part = element("section", { class: "astrolib-nights-questions", "aria-label": "Open questions" });
  const asked = { view, part, cards: [], told: "" };
  follow(model, signal, ["now"], () => drawQuestions(asked));
  view.followers.push(() => markQuestion(asked));
  return { part, answer: (number) => pressAnswer(asked, number) };
}

function drawQuestions(asked) {
  const questions = asked.view.model.get("now").questions ?? [];
  const told = JSON.stringify(questions);
  if (told === asked.told) return; // what is being typed stays
  asked.told = told;
  asked.part.hidden = !questions.length;
  asked.cards = questions.map((question) => questionCard(asked, question));
  const count = questions.reduce((sum, { files }) => sum + files.length, 0);
  const title = element("h4", {}, `${count} open question${count > 1 ? "s" : ""}`);
  asked.part.replaceChildren(title, ...asked.cards.map(({ card }) => card));
  markQuestion(asked);
}

function questionCard(asked, question) {
  const { files, about, reason, answers, free } = question;
  const alike = element("input", { type: "checkbox" });
  alike.checked = true;
  const say = (answer) => {
    if (!answer) return;
    const all = files.length > 1 && alike.checked;
    asked.view.act("answer", chosenFile(asked, files), { about, answer, alike: all ? "yes" : "no" });
  };
  const presses = answers.map((answer, index) => {
    const press = button("", () => say(answer));
    press.append(key(String(index + 1)), answer);
    return press;
  });
  const typed = free ? typedAnswer(free, say) : [];
  const names = files.slice(0, NAMED).map(({ name }) => name);
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : "";
  const all = files.length > 1 ? element("label", { class: "astrolib-group astrolib-note" }, alike, `for all ${files.length}`) : null;
  const card = element(
    "div",
    { class: "astrolib-nights-card", role: "group", "aria-label": reason, onpointerdown: () => asked.view.point(chosenFile(asked, files)) },
    element("div", { class: "astrolib-nights-reason" }, icon("warn"), element("span", {}, element("b", {}, names.join(", ") + more), " ", reason)),
    element("div", { class: "astrolib-row" }, ...presses, ...typed, all),
  );
  return { card, files: new Set(files.map(({ id }) => id)), presses };
}

/** The file that is pointed at where the card is about it, else the first. */
function chosenFile(asked, files) {
  return (files.find(({ id }) => id === asked.view.file) ?? files[0]).id;
}

function typedAnswer(hint, say) {
  const input = element("input", { class: "astrolib-input", placeholder: hint, "aria-label": hint });
  const send = () => say(input.value.trim());
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    send();
  });
  return [input, button("Answer", send)];
}

/** Mark the card whose keys act: that of the file pointed at, else the first. */
function markQuestion(asked) {
  const own = asked.cards.find(({ files }) => files.has(asked.view.file)) ?? asked.cards[0];
  for (const one of asked.cards) one.card.classList.toggle("astrolib-nights-marked", one === own);
  asked.marked = own;
}

function pressAnswer(asked, number) {
  const press = asked.marked?.presses[number - 1];
  press?.click();
  return Boolean(press);
}
