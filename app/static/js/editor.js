// Drawing a rectangle fills four numbers of the form (points, from the top left of the page as shown),
// and typing the numbers moves the rectangle. A mark may have several; the form alone is enough.
import { keysAreOff } from "./lists.js";

const STEP = 4;
const SVG = "http://www.w3.org/2000/svg";

export function groundOf(svg) {
  const [pointsX, pointsY] = svg.dataset.pointsPerPx.split(" ").map(Number);
  const { width, height } = svg.viewBox.baseVal;
  const within = (value, limit) => Math.min(Math.max(value, 0), limit);
  return {
    svg, pointsX, pointsY, width, height, unit: Number(svg.dataset.unit), within,
    at(event) {
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return [within(x, width), within(y, height)];
    },
    toPoints: ([x0, y0, x1, y1]) => [Math.min(x0, x1) * pointsX, Math.min(y0, y1) * pointsY, Math.max(x0, x1) * pointsX, Math.max(y0, y1) * pointsY],
    toPixels: ([x0, y0, x1, y1]) => [x0 / pointsX, y0 / pointsY, x1 / pointsX, y1 / pointsY],
  };
}

export function rowsOf(form) {
  return [...form.querySelectorAll("[data-rect]")];
}

export const inputsOf = (row) => [...row.querySelectorAll("input")];

export function place(rect, [x0, y0, x1, y1]) {
  rect.setAttribute("x", Math.min(x0, x1));
  rect.setAttribute("y", Math.min(y0, y1));
  rect.setAttribute("width", Math.abs(x1 - x0));
  rect.setAttribute("height", Math.abs(y1 - y0));
}

function drawnRectangles(ground, form) {
  const layer = ground.svg.querySelector("[data-drawn]");
  const typed = (row) => {
    const values = inputsOf(row).map((input) => (input.value === "" ? NaN : Number(input.value)));
    return values.some(Number.isNaN) ? null : ground.toPixels(values);
  };
  let row = rowsOf(form)[0];
  const rectOf = (at) => {
    while (layer.children.length <= at) {
      const rect = document.createElementNS(SVG, "rect");
      rect.setAttribute("class", "drawn");
      layer.append(rect);
    }
    return layer.children[at];
  };
  const show = () => {
    const rows = rowsOf(form);
    while (layer.children.length > rows.length) layer.lastChild.remove();
    rows.forEach((each, at) => {
      place(rectOf(at), typed(each) ?? [0, 0, 0, 0]);
      rectOf(at).classList.toggle("current", each === row && rows.length > 1);
    });
  };
  const fill = (corners) => {
    const points = ground.toPoints(corners);
    inputsOf(row).forEach((input, at) => { input.value = points[at].toFixed(1); });
    if (form.elements.page) form.elements.page.value = ground.svg.closest("[data-page]").dataset.page;
    inputsOf(row)[0].dispatchEvent(new Event("input", { bubbles: true }));
  };
  const add = () => {
    const last = rowsOf(form).at(-1);
    if (!typed(last)) { row = last; show(); return; }
    const copy = last.cloneNode(true);
    const number = rowsOf(form).length + 1;
    copy.setAttribute("aria-label", `Rectangle ${number}`);
    for (const label of copy.querySelectorAll("label")) {
      const input = label.querySelector("input");
      input.id = `${input.name}-${number}`;
      label.htmlFor = input.id;
      input.value = "";
      input.required = false;
    }
    last.after(copy);
    row = copy;
    offerRemoval();
    show();
  };
  const remove = (each) => {
    if (rowsOf(form).length === 1) for (const input of inputsOf(each)) input.value = "";
    else each.remove();
    row = rowsOf(form).at(-1);
    inputsOf(rowsOf(form)[0]).forEach((input) => { input.required = true; });
    offerRemoval();
    show();
  };
  function offerRemoval() {
    const rows = rowsOf(form);
    for (const each of rows) {
      each.querySelector("[data-remove]")?.remove();
      if (rows.length === 1) continue;
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "quiet", textContent: "Remove" });
      button.setAttribute("data-remove", "");
      button.setAttribute("aria-label", `Remove ${each.getAttribute("aria-label").toLowerCase()}`);
      button.addEventListener("click", () => remove(each));
      each.append(button);
    }
  }
  form.addEventListener("input", show);
  form.addEventListener("restored", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("focusin", (event) => {
    const each = event.target.closest("[data-rect]");
    if (each) { row = each; show(); }
  });
  form.querySelector("[data-more]")?.addEventListener("click", (event) => {
    event.preventDefault();
    add();
    ground.svg.focus({ preventScroll: true });
  });
  offerRemoval();
  show();
  return {
    show, fill, add,
    typed: () => typed(row),
    preview: (corners) => place(rectOf(rowsOf(form).indexOf(row)), corners),
    clear: () => { for (const input of inputsOf(row)) input.value = ""; show(); },
    // A selection of words: one rectangle a line, instead of what stood there.
    set(all) {
      rowsOf(form).slice(1).forEach((each) => each.remove());
      row = rowsOf(form)[0];
      for (const input of inputsOf(row)) input.value = "";
      all.forEach((corners, at) => { if (at) add(); fill(corners); });
    },
  };
}

function drawByPointer(ground, drawn) {
  let start = null;
  const { svg } = ground;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("a, [data-handle]") || svg.dataset.choosing === "yes") return;
    event.preventDefault();
    svg.focus({ preventScroll: true });
    start = ground.at(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => { if (start) drawn.preview([...start, ...ground.at(event)]); });
  svg.addEventListener("pointercancel", () => { start = null; drawn.show(); });
  svg.addEventListener("pointerup", (event) => {
    if (!start) return;
    const end = ground.at(event);
    const meant = Math.abs(end[0] - start[0]) > 3 && Math.abs(end[1] - start[1]) > 3;
    if (meant) drawn.fill([...start, ...end]);
    else drawn.show();
    start = null;
  });
}

function drawByKeys(ground, drawn) {
  const { svg, width, height, unit, within } = ground;
  svg.setAttribute("tabindex", "0");
  const begin = () => {
    drawn.fill(drawn.typed() ?? [width * 0.3, height * 0.3, width * 0.6, height * 0.3 + 24 * unit]);
    svg.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "r" || keysAreOff() || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog")) return;
    event.preventDefault();
    begin();
  });
  svg.addEventListener("keydown", (event) => {
    if (event.target !== svg) return;
    if (event.key === "Escape") { drawn.clear(); return; }
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!(dx || dy)) return;
    event.preventDefault();
    const corners = drawn.typed();
    if (!corners) { begin(); return; }
    const by = (event.ctrlKey ? 1 : STEP) * unit;
    const moved = event.shiftKey ? [0, 0, dx * by, dy * by] : [dx * by, dy * by, dx * by, dy * by];
    drawn.fill(corners.map((value, at) => within(value + moved[at], at % 2 ? height : width)));
  });
}

export const drawings = new Map();
for (const svg of document.querySelectorAll("[data-draw]")) {
  const form = document.getElementById(svg.dataset.draw);
  if (!form) continue;
  const ground = groundOf(svg);
  const drawn = drawnRectangles(ground, form);
  drawings.set(svg, drawn);
  drawByPointer(ground, drawn);
  drawByKeys(ground, drawn);
}
// An embargo needs its last day, which is folded away.
document.addEventListener("change", (event) => {
  const more = event.target.form?.querySelector("[data-more-fields]");
  if (more && event.target.name === "categories" && event.target.value === "EMB" && event.target.checked) more.open = true;
});
for (const help of document.querySelectorAll("[data-draw-help]")) help.hidden = false;
