// Drawing a rectangle fills the form's four numbers (points, from the top left of the page as shown),
// and typing the numbers moves the rectangle. The form alone is enough.
import { keysAreOff } from "./lists.js";

const STEP = 4;

function editorOf(ground) {
  const form = document.getElementById(ground.dataset.draw);
  if (!form) return;
  const [pointsX, pointsY] = ground.dataset.pointsPerPx.split(" ").map(Number);
  const unit = Number(ground.dataset.unit);
  const { width, height } = ground.viewBox.baseVal;
  const drawn = ground.querySelector("[data-drawn]");
  const inputs = ["x0", "y0", "x1", "y1"].map((name) => form.elements[name]);
  const within = (value, limit) => Math.min(Math.max(value, 0), limit);

  const show = ([x0, y0, x1, y1]) => {
    drawn.setAttribute("x", Math.min(x0, x1));
    drawn.setAttribute("y", Math.min(y0, y1));
    drawn.setAttribute("width", Math.abs(x1 - x0));
    drawn.setAttribute("height", Math.abs(y1 - y0));
  };
  const fill = (corners) => {
    const [x0, y0, x1, y1] = corners;
    const points = [Math.min(x0, x1) * pointsX, Math.min(y0, y1) * pointsY, Math.max(x0, x1) * pointsX, Math.max(y0, y1) * pointsY];
    inputs.forEach((input, at) => { input.value = points[at].toFixed(1); });
    if (form.elements.page) form.elements.page.value = ground.closest("[data-page]").dataset.page;
    inputs[0].dispatchEvent(new Event("input", { bubbles: true }));
  };
  const typed = () => {
    const values = inputs.map((input) => (input.value === "" ? NaN : Number(input.value)));
    if (values.some(Number.isNaN)) return null;
    return [values[0] / pointsX, values[1] / pointsY, values[2] / pointsX, values[3] / pointsY];
  };
  const showTyped = () => show(typed() ?? [0, 0, 0, 0]);
  for (const input of inputs) {
    input.addEventListener("input", showTyped);
    input.addEventListener("restored", showTyped);
  }
  form.addEventListener("reset", () => setTimeout(showTyped));
  showTyped();
  drawByPointer(ground, { within, width, height, show, fill, showTyped });
  drawByKeys(ground, { within, width, height, unit, show, fill, typed, inputs, showTyped });
}

function drawByPointer(ground, { within, width, height, show, fill, showTyped }) {
  let start = null;
  const at = (event) => {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(ground.getScreenCTM().inverse());
    return [within(x, width), within(y, height)];
  };
  ground.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("a")) return;
    event.preventDefault();
    ground.focus({ preventScroll: true });
    start = at(event);
    ground.setPointerCapture(event.pointerId);
  });
  ground.addEventListener("pointermove", (event) => { if (start) show([...start, ...at(event)]); });
  ground.addEventListener("pointercancel", () => { start = null; showTyped(); });
  ground.addEventListener("pointerup", (event) => {
    if (!start) return;
    const end = at(event);
    const drawn = Math.abs(end[0] - start[0]) > 3 && Math.abs(end[1] - start[1]) > 3;
    if (drawn) fill([...start, ...end]);
    else showTyped();
    start = null;
  });
}

function drawByKeys(ground, { within, width, height, unit, show, fill, typed, inputs, showTyped }) {
  ground.setAttribute("tabindex", "0");
  const begin = () => {
    const corners = typed() ?? [width * 0.3, height * 0.3, width * 0.6, height * 0.3 + 24 * unit];
    fill(corners);
    show(corners);
    ground.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "r" || keysAreOff() || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog")) return;
    event.preventDefault();
    begin();
  });
  ground.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const input of inputs) input.value = "";
      showTyped();
      return;
    }
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!(dx || dy) || event.target !== ground) return;
    event.preventDefault();
    const corners = typed();
    if (!corners) { begin(); return; }
    const by = (event.ctrlKey ? 1 : STEP) * unit;
    const moved = event.shiftKey ? [0, 0, dx * by, dy * by] : [dx * by, dy * by, dx * by, dy * by];
    const next = corners.map((value, at) => within(value + moved[at], at % 2 ? height : width));
    fill(next);
    show(next);
  });
}

for (const ground of document.querySelectorAll("[data-draw]")) editorOf(ground);
for (const help of document.querySelectorAll("[data-draw-help]")) help.hidden = false;
