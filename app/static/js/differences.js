// Keys among the changes of two versions: n the next, p the one before. Without scripts the sections
// are links, and every change stands on the page.
import { keysAreOff, typing } from "./lists.js";

const changes = [...document.querySelectorAll("[data-change]")];
let here = -1;

function go(step) {
  if (!changes.length) return;
  here = Math.min(Math.max(here + step, 0), changes.length - 1);
  changes[here].focus({ preventScroll: true });
  changes[here].scrollIntoView({ block: "center" });
}

for (const button of document.querySelectorAll("[data-step]")) {
  button.hidden = !changes.length;
  button.addEventListener("click", () => go(Number(button.dataset.step)));
}
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || keysAreOff() || typing(event.target)) return;
  const step = { n: 1, p: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  go(step);
});
