// The reader: keys, size, and choosing words. A selection is whole words of one page; what it says is
// their indexes (data-i), so the server finds the words itself and the address carries none of them.
import { keysAreOff } from "./lists.js";

const SIZE = "vitrine-page-size";
const layers = [...document.querySelectorAll("[data-words]")];
let chosen = null; // {layer, from, to}: positions in the layer's list of words

const wordsOf = new Map(layers.map((layer) => [layer, [...layer.querySelectorAll("[data-i]")].map((node) => {
  const [x, y, w, h] = node.dataset.box.split(" ").map(Number);
  return { node, i: Number(node.dataset.i), x, y, w, h };
})]));

function pointIn(layer, event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  return point.matrixTransform(layer.getScreenCTM().inverse());
}

function nearest(layer, { x, y }) {
  let best = -1;
  let least = Infinity;
  wordsOf.get(layer).forEach((word, at) => {
    const dx = Math.max(word.x - x, 0, x - (word.x + word.w));
    const dy = Math.max(word.y - y, 0, y - (word.y + word.h));
    const far = dx + dy * 6; // a line is a long way off compared with a word on the same line
    if (far < least) { least = far; best = at; }
  });
  return best;
}

function textOf({ layer, from, to }) {
  const words = wordsOf.get(layer).slice(Math.min(from, to), Math.max(from, to) + 1);
  return words.map((word) => word.node.textContent).join(" ");
}

function choose(layer, from, to) {
  const words = wordsOf.get(layer);
  if (!words.length) return;
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  chosen = { layer, from, to };
  const end = words[last].node.firstChild;
  getSelection().setBaseAndExtent(words[first].node.firstChild, 0, end, end.length);
  announce(words[first], words[last], last - first + 1);
}

function letGo() {
  chosen = null;
  getSelection().removeAllRanges();
  const bar = document.querySelector("[data-selection]");
  if (bar) bar.hidden = true;
}

function announce(first, last, count) {
  const page = chosen.layer.closest("[data-page]").dataset.page;
  const values = { page, word_from: first.i, word_to: last.i, words: `${first.i}-${last.i}`, quote: textOf(chosen) };
  for (const [name, value] of Object.entries(values)) {
    for (const input of document.querySelectorAll(`[data-selection] [name=${name}], [data-fill=${name}]`)) input.value = value;
  }
  const bar = document.querySelector("[data-selection]");
  if (!bar) return;
  bar.hidden = false;
  bar.querySelector("[data-selection-count]").textContent = count === 1 ? "1 word" : `${count} words`;
}

function chooseByPointer(layer) {
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

function chooseByTouch() {
  // A long press uses the browser's own selection; it is widened to whole words.
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (selection.isCollapsed || !matchMedia("(pointer: coarse)").matches) return;
    const layer = layers.find((one) => one.contains(selection.anchorNode) && one.contains(selection.focusNode));
    if (!layer) return;
    const place = (node) => wordsOf.get(layer).findIndex((word) => word.node.contains(node));
    const [from, to] = [place(selection.anchorNode), place(selection.focusNode)].sort((a, b) => a - b);
    if (from < 0 || to < 0) return;
    chosen = { layer, from, to };
    announce(wordsOf.get(layer)[from], wordsOf.get(layer)[to], to - from + 1);
  });
}

function step(event) {
  const { layer, from, to } = chosen;
  const words = wordsOf.get(layer);
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

function resize(by) {
  const room = document.querySelector(".pages");
  const size = Math.min(Math.max(Number(room.dataset.size ?? 0) + by, 0), 3);
  room.dataset.size = String(size);
  sessionStorage.setItem(SIZE, String(size));
}

function offerSizes() {
  const part = document.querySelector("[data-zoom]");
  if (!part) return;
  part.hidden = false;
  part.querySelector("[data-zoom-in]").addEventListener("click", () => resize(1));
  part.querySelector("[data-zoom-out]").addEventListener("click", () => resize(-1));
  if (sessionStorage.getItem(SIZE)) resize(Number(sessionStorage.getItem(SIZE)));
}

function watchReaderKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    if (chosen && event.key.startsWith("Arrow") && !event.target.closest(".drawing")) {
      event.preventDefault();
      step(event);
      return;
    }
    if (event.key === "Escape" && chosen) { letGo(); return; }
    if (keysAreOff()) return;
    const click = (selector) => document.querySelector(selector)?.click();
    const act = {
      n: () => click("[data-page-next]"), "]": () => click("[data-page-next]"),
      p: () => click("[data-page-prev]"), "[": () => click("[data-page-prev]"),
      "+": () => resize(1), "=": () => resize(1), "-": () => resize(-1),
      w: () => layers.length && choose(layers[0], 0, 0),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function showCharacters() {
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.hidden = true;
  const show = (link) => {
    const sheet = link.closest(".sheet");
    const head = document.createElement("b");
    head.textContent = link.dataset.categories;
    const size = document.createElement("span");
    size.textContent = link.dataset.size ? ` ${link.dataset.size}` : "";
    bubble.replaceChildren(head, link.dataset.character, size);
    bubble.hidden = false;
    sheet.append(bubble);
    const [box, frame] = [link.getBoundingClientRect(), sheet.getBoundingClientRect()];
    const left = Math.min(box.left - frame.left, frame.width - bubble.offsetWidth - 8);
    const above = box.top - frame.top - bubble.offsetHeight - 8;
    bubble.style.left = `${Math.max(8, left)}px`; // through the CSSOM, which the policy allows
    bubble.style.top = `${above > 0 ? above : box.bottom - frame.top + 8}px`;
  };
  const hide = () => { bubble.hidden = true; };
  for (const link of document.querySelectorAll(".boxes a")) {
    link.querySelector("title")?.remove(); // the bubble says it sooner and better
    link.addEventListener("mouseenter", () => show(link));
    link.addEventListener("focus", () => show(link));
    link.addEventListener("mouseleave", hide);
    link.addEventListener("blur", hide);
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}

function pointBetween() {
  // A sign and its passage, a box and its card: pointing at one shows the other.
  for (const sign of document.querySelectorAll(".signs a")) {
    const passage = [...sign.closest("svg").querySelectorAll(".highlights rect")].filter((rect) => rect.dataset.href === sign.getAttribute("href"));
    const point = (on) => () => { for (const rect of passage) rect.classList.toggle("pointed", on); };
    sign.addEventListener("mouseenter", point(true));
    sign.addEventListener("focus", point(true));
    sign.addEventListener("mouseleave", point(false));
    sign.addEventListener("blur", point(false));
  }
}

for (const layer of layers) chooseByPointer(layer);
chooseByTouch();
watchReaderKeys();
offerSizes();
showCharacters();
pointBetween();
document.querySelector("[data-selection-clear]")?.addEventListener("click", letGo);
document.querySelector("[data-selection-copy]")?.addEventListener("click", () => chosen && navigator.clipboard?.writeText(textOf(chosen)));
document.addEventListener("copy", (event) => {
  if (!chosen || !event.clipboardData) return;
  event.clipboardData.setData("text/plain", textOf(chosen));
  event.preventDefault();
});
if (matchMedia("(max-width: 900px)").matches) {
  for (const part of document.querySelectorAll("[data-outline]")) part.open = false;
  // The picture is too small to read on a telephone; its words below are not.
  for (const part of document.querySelectorAll(".page-text")) part.open = true;
}
