// One's own undecided marks: dragging, arrows and Delete fill and send the forms in their cards,
// which are all that is needed without script. What is not saved yet is saved on leaving the mark.
import { groundOf, inputsOf, place, rowsOf } from "./editor.js";

const SVG = "http://www.w3.org/2000/svg";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function edit(svg) {
  const ground = groundOf(svg);
  const status = svg.closest("[data-page]").querySelector("[data-mark-status]");
  const say = (text) => { status.textContent = text; };
  const links = [...svg.querySelectorAll("[data-mark]")];
  const partsOf = (id) => links.filter((link) => link.dataset.mark === id);
  const cornersOf = (link) => {
    const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => Number(link.querySelector("rect").getAttribute(name)));
    return [x, y, x + w, y + h];
  };
  const saved = new Map(links.map((link) => [link, cornersOf(link)]));
  const now = new Map(saved);
  let pending = null; // the id of the mark whose place is not saved yet
  let sending = false;

  const show = (link) => {
    place(link.querySelector("rect"), now.get(link));
    const [x, y] = now.get(link);
    const label = link.querySelector("text");
    label.setAttribute("x", x);
    label.setAttribute("y", y - 3 * ground.unit);
    if (document.activeElement === link) handles(link);
  };
  const settle = (id) => {
    const moved = partsOf(id).some((link) => now.get(link).some((edge, at) => Math.abs(edge - saved.get(link)[at]) > 0.01));
    pending = moved ? id : null;
    for (const link of partsOf(id)) link.classList.toggle("unsaved", moved);
    return moved;
  };
  const shift = (link, dx, dy) => {
    const parts = partsOf(link.dataset.mark);
    const room = (axis, limit, by) => parts.reduce((most, part) => {
      const [low, high] = [now.get(part)[axis], now.get(part)[axis + 2]];
      return Math.min(Math.max(most, -low), limit - high);
    }, by);
    const [right, down] = [room(0, ground.width, dx), room(1, ground.height, dy)];
    for (const part of parts) {
      now.set(part, now.get(part).map((edge, at) => edge + (at % 2 ? down : right)));
      show(part);
    }
  };
  const size = (link, corner, [x, y]) => {
    const corners = [...now.get(link)];
    corners[corner[0]] = ground.within(x, ground.width);
    corners[corner[1]] = ground.within(y, ground.height);
    const least = 2 / ground.pointsX;
    if (corners[2] - corners[0] < least || corners[3] - corners[1] < least) return;
    now.set(link, corners);
    show(link);
  };
  const putBack = (id) => {
    for (const link of partsOf(id)) { now.set(link, saved.get(link)); show(link); }
    settle(id);
    say("Put back.");
  };
  const save = (id) => {
    const form = document.getElementById(`change-${id}`);
    if (!form || sending || !settle(id)) return;
    sending = true;
    const parts = partsOf(id).sort((a, b) => a.dataset.at - b.dataset.at);
    rowsOf(form).forEach((row, at) => {
      const points = ground.toPoints(now.get(parts[at]));
      inputsOf(row).forEach((input, edge) => { input.value = points[edge].toFixed(2); });
    });
    say("Saving…");
    form.requestSubmit();
  };
  const handles = (link) => {
    dropHandles();
    const reach = 5 * ground.unit;
    for (const corner of [[0, 1], [2, 1], [0, 3], [2, 3]]) {
      const handle = document.createElementNS(SVG, "rect");
      handle.setAttribute("class", corner[0] === corner[1] - 1 ? "handle falling" : "handle rising");
      handle.setAttribute("data-handle", corner.join(" "));
      const [x, y] = [now.get(link)[corner[0]], now.get(link)[corner[1]]];
      place(handle, [x - reach, y - reach, x + reach, y + reach]);
      link.append(handle);
    }
  };
  const dropHandles = () => { for (const handle of svg.querySelectorAll("[data-handle]")) handle.remove(); };

  for (const link of links) {
    let drag = null;
    link.addEventListener("dragstart", (event) => event.preventDefault());
    link.addEventListener("focus", () => {
      handles(link);
      say("Arrows move this mark by a point, shift and arrows size it. Enter saves, Escape puts it back, Delete removes it.");
    });
    link.addEventListener("blur", () => {
      dropHandles();
      say("");
      if (pending === link.dataset.mark && !drag && document.hasFocus()) save(pending);
    });
    link.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || sending) return;
      event.preventDefault();
      const corner = event.target.dataset.handle?.split(" ").map(Number);
      link.focus({ preventScroll: true });
      drag = { last: ground.at(event), from: ground.at(event), corner, moved: false };
      link.setPointerCapture(event.pointerId);
    });
    link.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const at = ground.at(event);
      if (!drag.moved && Math.abs(at[0] - drag.from[0]) + Math.abs(at[1] - drag.from[1]) < 4) return;
      drag.moved = true;
      if (drag.corner) size(link, drag.corner, at);
      else shift(link, at[0] - drag.last[0], at[1] - drag.last[1]);
      drag.last = at;
    });
    link.addEventListener("pointercancel", () => { drag = null; putBack(link.dataset.mark); });
    link.addEventListener("pointerup", () => {
      const moved = drag?.moved;
      drag = null;
      if (moved) save(link.dataset.mark);
    });
    link.addEventListener("click", (event) => { if (pending || sending) event.preventDefault(); });
    link.addEventListener("keydown", (event) => {
      const id = link.dataset.mark;
      const [dx, dy] = ARROWS[event.key] ?? [0, 0];
      const [right, down] = [dx / ground.pointsX, dy / ground.pointsY];
      if (dx || dy) {
        if (event.shiftKey) size(link, [2, 3], [now.get(link)[2] + right, now.get(link)[3] + down]);
        else shift(link, right, down);
        if (settle(id)) say("Not saved yet: Enter saves, Escape puts it back.");
      } else if (event.key === "Enter" && pending === id) save(id);
      else if (event.key === "Escape" && pending === id) putBack(id);
      else if (event.key === "Delete" || event.key === "Backspace") document.getElementById(`delete-${id}`)?.requestSubmit();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
}

for (const svg of document.querySelectorAll("[data-draw]")) edit(svg);

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const undo = document.querySelector("[data-undo]");
  if (!undo) return;
  event.preventDefault();
  undo.requestSubmit();
});

const here = document.querySelector("[data-here]");
if (here) {
  here.focus({ preventScroll: true });
  here.scrollIntoView({ block: "center" });
}
