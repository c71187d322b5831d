// Choosing words of a page: by pointer, touch and keyboard. A selection is whole words of one page;
// what it says is their indexes (data-i), so the server finds the words itself.
const known = new WeakMap(); // layer → its words, in reading order
let chosen = null; // {layer, from, to}: positions in the layer's list of words

export const selection = () => chosen;

export function wordsOf(layer) {
  if (!known.has(layer)) {
    known.set(layer, [...layer.querySelectorAll("[data-i]")].map((node) => {
      const [x, y, w, h] = node.dataset.box.split(" ").map(Number);
      return { node, i: Number(node.dataset.i), x, y, w, h };
    }));
  }
  return known.get(layer);
}

function pointIn(layer, event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  return point.matrixTransform(layer.getScreenCTM().inverse());
}

function nearest(layer, { x, y }) {
  let best = -1;
  let least = Infinity;
  wordsOf(layer).forEach((word, at) => {
    const dx = Math.max(word.x - x, 0, x - (word.x + word.w));
    const dy = Math.max(word.y - y, 0, y - (word.y + word.h));
    const far = dx + dy * 6; // a line is a long way off compared with a word on the same line
    if (far < least) { least = far; best = at; }
  });
  return best;
}

export function chosenWords() {
  if (!chosen) return [];
  const { layer, from, to } = chosen;
  return wordsOf(layer).slice(Math.min(from, to), Math.max(from, to) + 1);
}

export const chosenText = () => chosenWords().map((word) => word.node.textContent).join(" ");

export function choose(layer, from, to) {
  const words = wordsOf(layer);
  if (!words.length) return;
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  chosen = { layer, from, to };
  const end = words[last].node.firstChild;
  getSelection().setBaseAndExtent(words[first].node.firstChild, 0, end, end.length);
  announce(words[first], words[last], last - first + 1);
}

export function letGo() {
  chosen = null;
  getSelection().removeAllRanges();
  foldNote();
  const bar = document.querySelector("[data-selection]");
  if (bar) bar.hidden = true;
}

function announce(first, last, count) {
  const page = chosen.layer.closest("[data-page]").dataset.page;
  const values = { page, word_from: first.i, word_to: last.i, words: `${first.i}-${last.i}`, quote: chosenText() };
  for (const [name, value] of Object.entries(values)) {
    for (const input of document.querySelectorAll(`[data-selection] [name=${name}], [data-fill=${name}]`)) input.value = value;
  }
  const bar = document.querySelector("[data-selection]");
  if (!bar) return;
  bar.hidden = false;
  bar.querySelector("[data-selection-count]").textContent = count === 1 ? "1 word" : `${count} words`;
}

export function writeNote() {
  const words = document.querySelector("[data-keep-words]");
  if (!chosen || !words) return;
  words.hidden = false;
  for (const button of document.querySelectorAll("[data-keep-note], [data-keep-highlight]")) button.hidden = true;
  words.querySelector("textarea").focus();
}

function foldNote() {
  const words = document.querySelector("[data-keep-words]");
  if (!words) return;
  words.hidden = true;
  for (const button of document.querySelectorAll("[data-keep-note], [data-keep-highlight]")) button.hidden = false;
}

export function offerKeeping() {
  const form = document.querySelector("[data-keep]");
  if (!form) return;
  form.querySelector("[data-keep-note]").addEventListener("click", writeNote);
  form.querySelector("textarea").addEventListener("keydown", (event) => {
    if (event.key === "Escape") { foldNote(); form.querySelector("[data-keep-note]").focus(); }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

export function chooseByPointer(layer) {
  const ground = layer.closest("svg");
  let start = null;
  ground.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0 || event.target.closest("a")) return;
    const at = nearest(layer, pointIn(layer, event));
    if (at < 0) return;
    event.preventDefault();
    if (event.shiftKey && chosen?.layer === layer) { choose(layer, chosen.from, at); return; }
    letGo();
    start = { at, x: event.clientX, y: event.clientY };
    ground.setPointerCapture(event.pointerId);
  });
  ground.addEventListener("pointermove", (event) => {
    if (!start || Math.abs(event.clientX - start.x) + Math.abs(event.clientY - start.y) < 4) return;
    choose(layer, start.at, nearest(layer, pointIn(layer, event)));
  });
  ground.addEventListener("pointerup", () => { start = null; });
  ground.addEventListener("mousedown", (event) => {
    if (!event.target.closest("a")) event.preventDefault();
  });
  ground.addEventListener("dblclick", (event) => {
    const at = nearest(layer, pointIn(layer, event));
    if (at >= 0) choose(layer, at, at);
  });
}

export function chooseByTouch() {
  // A long press uses the browser's own selection; it is widened to whole words.
  document.addEventListener("selectionchange", () => {
    const marked = getSelection();
    if (marked.isCollapsed || !matchMedia("(pointer: coarse)").matches) return;
    const layers = [...document.querySelectorAll("[data-words]")];
    const layer = layers.find((one) => one.contains(marked.anchorNode) && one.contains(marked.focusNode));
    if (!layer) return;
    const place = (node) => wordsOf(layer).findIndex((word) => word.node.contains(node));
    const [from, to] = [place(marked.anchorNode), place(marked.focusNode)].sort((a, b) => a - b);
    if (from < 0 || to < 0) return;
    chosen = { layer, from, to };
    announce(wordsOf(layer)[from], wordsOf(layer)[to], to - from + 1);
  });
}

export function step(event) {
  const { layer, from, to } = chosen;
  const words = wordsOf(layer);
  const word = words[to];
  const row = (down) => {
    const beyond = words.filter((other) => (down ? other.y > word.y + word.h * 0.6 : other.y < word.y - word.h * 0.6));
    if (!beyond.length) return to;
    const y = (down ? Math.min : Math.max)(...beyond.map((other) => other.y));
    return nearest(layer, { x: word.x + word.w / 2, y: y + word.h / 2 });
  };
  const next = { ArrowLeft: () => to - 1, ArrowRight: () => to + 1, ArrowUp: () => row(false), ArrowDown: () => row(true) }[event.key]();
  const at = Math.min(Math.max(next, 0), words.length - 1);
  choose(layer, event.shiftKey ? from : at, at);
}

// The place of the selection, as the address of a passage has it: a rectangle for each line, in points.
export function chosenPlace() {
  if (!chosen) return "";
  const sheet = chosen.layer.closest("[data-points-per-px]");
  const [across, down] = sheet.dataset.pointsPerPx.split(" ").map(Number);
  const lines = [];
  for (const word of chosenWords()) {
    const last = lines.at(-1)?.at(-1);
    const middle = word.y + word.h / 2;
    if (last && last.y <= middle && middle <= last.y + last.h && word.x >= last.x) lines.at(-1).push(word);
    else lines.push([word]);
  }
  const edge = (value) => Math.round(value * 100) / 100;
  return lines.map((line) => [
    edge(Math.min(...line.map((w) => w.x)) * across), edge(Math.min(...line.map((w) => w.y)) * down),
    edge(Math.max(...line.map((w) => w.x + w.w)) * across), edge(Math.max(...line.map((w) => w.y + w.h)) * down),
  ].join(",")).join(";");
}
