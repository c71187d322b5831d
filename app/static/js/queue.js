// Keys of the queue besides those of every list (lists.js, whose switch turns these off as well):
// choose a row, take, assign, give a priority. Everything works by its button without them.
import { keysAreOff, move, typing } from "./lists.js";

const panel = document.querySelector("[data-several]");
const boxes = () => [...document.querySelectorAll("[data-list] td.pick input[type=checkbox]")];
const chosen = () => boxes().filter((box) => box.checked);
const boxHere = () => document.querySelector("[data-list] tr.here td.pick input[type=checkbox]");

function count() {
  const note = panel?.querySelector("[data-chosen-count]");
  if (!note) return;
  const many = chosen().length;
  note.textContent = many ? `${many} chosen` : "Choose some by their boxes.";
}

// An act is for what is chosen; where nothing is, for the row where one is.
function chooseHere() {
  const box = boxHere();
  if (!chosen().length && box) box.checked = true;
  count();
  return chosen().length > 0;
}

function open(id) {
  if (!panel || !chooseHere()) return;
  panel.open = true;
  const field = document.getElementById(id) ?? document.getElementById("several-responder");
  field.focus();
  field.scrollIntoView({ block: "nearest" });
}

const acts = {
  x: () => { const box = boxHere(); if (box) { box.checked = !box.checked; count(); } },
  t: () => { if (chooseHere()) panel?.querySelector("[data-several-take]").click(); },
  a: () => open("several-team"),
  p: () => open("several-priority"),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || keysAreOff() || typing(event.target)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  // Arrows move only from a row: elsewhere they scroll the page, as everywhere.
  if (step && event.target.closest?.("[data-list] tbody")) {
    event.preventDefault();
    move(step);
    return;
  }
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("change", count);
count();
