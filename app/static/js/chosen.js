// Words chosen on the page become rectangles of the form, one for each line. reader.js does the choosing
// and says which words by their indexes; here they are only turned into places.
import { drawings } from "./editor.js";

const bar = document.querySelector("[data-selection]");
const button = document.querySelector("[data-mark-words]");
const turn = document.querySelector("[data-choose-words]");
const layer = document.querySelector("[data-words]");
const svg = document.querySelector("[data-draw]");

function linesOf(from, to) {
  const lines = new Map();
  for (const word of layer.querySelectorAll("[data-i]")) {
    const i = Number(word.dataset.i);
    if (i < from || i > to) continue;
    const [x, y, w, h] = word.dataset.box.split(" ").map(Number);
    const line = word.closest("text"); // the text layer has one <text> a line
    const known = lines.get(line) ?? [x, y, x + w, y + h];
    lines.set(line, [Math.min(known[0], x), Math.min(known[1], y), Math.max(known[2], x + w), Math.max(known[3], y + h)]);
  }
  return [...lines.values()];
}

button?.addEventListener("click", () => {
  const [from, to] = ["word_from", "word_to"].map((name) => bar.querySelector(`[name=${name}]`).value);
  if (bar.hidden || from === "" || !drawings.has(svg)) return;
  drawings.get(svg).set(linesOf(Number(from), Number(to)));
  document.querySelector("[data-selection-clear]").click();
  const form = document.getElementById(svg.dataset.draw);
  form.querySelector('[name="categories"]')?.focus();
});

if (turn && layer) {
  turn.hidden = false;
  turn.addEventListener("click", () => {
    const choosing = turn.getAttribute("aria-pressed") !== "true";
    turn.setAttribute("aria-pressed", String(choosing));
    svg.dataset.choosing = choosing ? "yes" : "no";
  });
}
