// The reader: what each page on the screen gets, the keys, and what follows the page that is read.
import { keysAreOff } from "./lists.js";
import { goTo, isContinuous, readOn, turnBy } from "./reading/continuous.js";
import { hush, pointBetween, showCharacters } from "./reading/marks.js";
import {
  choose, chooseByPointer, chooseByTouch, chosenPlace, chosenText, letGo, offerKeeping, selection, step, writeNote,
} from "./reading/words.js";
import { offerZoom, zoomBy } from "./reading/zoom.js";

const THUMBNAILS = "vitrine-thumbnails";
const marking = () => document.body.classList.contains("editing");
const click = (selector) => document.querySelector(selector)?.click();

function furnish(leaf) {
  for (const layer of leaf.querySelectorAll("[data-words]")) chooseByPointer(layer);
  showCharacters(leaf);
  pointBetween(leaf);
  // The picture is too small to read on a telephone; its words below are not.
  if (matchMedia("(max-width: 900px)").matches) for (const part of leaf.querySelectorAll(".page-text")) part.open = true;
}

// What stands beside the page, the search, the pager, the small pictures and the outline follow the
// page that is read.
function beside(side, number, hits) {
  document.querySelector(".side").replaceWith(side);
  const bar = document.querySelector(".hits");
  if (bar && hits) {
    const held = [...bar.querySelectorAll("a")].indexOf(document.activeElement);
    bar.replaceWith(hits);
    if (held >= 0) hits.querySelectorAll("a")[held]?.focus();
  }
  for (const input of document.querySelectorAll(".pager [name=page]")) if (input !== document.activeElement) input.value = number;
  document.title = document.title.replace(/^Page \d+/, `Page ${number}`);
  for (const thumb of document.querySelectorAll("[data-thumb]")) {
    if (Number(thumb.dataset.thumb) === number) {
      thumb.setAttribute("aria-current", "page");
      if (thumb.closest("[data-thumbnails]").open) thumb.scrollIntoView({ block: "nearest" });
    } else thumb.removeAttribute("aria-current");
  }
  const links = [...document.querySelectorAll("[data-outline] a[data-outline-page]")];
  const here = links.filter((link) => Number(link.dataset.outlinePage) <= number).at(-1);
  for (const link of links) {
    if (link === here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function say(text) {
  const line = document.querySelector("[data-said]");
  if (line) line.textContent = text;
}

async function copyLink() {
  const leaf = selection()?.layer.closest("[data-page]") ?? document.querySelector(".leaf");
  if (!leaf || !navigator.clipboard) return;
  const url = new URL(location.href);
  url.pathname = url.pathname.replace(/\/pages\/\d+$/, `/pages/${isContinuous() && !selection() ? url.pathname.match(/\d+$/)[0] : leaf.dataset.page}`);
  url.search = "";
  url.hash = "";
  const place = chosenPlace();
  if (place) { url.searchParams.set("at", place); url.hash = "place"; }
  await navigator.clipboard.writeText(url.href);
  say(place ? "Link to this passage copied." : "Link to this page copied.");
}

function offerThumbnails() {
  const panel = document.querySelector("[data-thumbnails]");
  if (!panel) return;
  panel.addEventListener("toggle", () => {
    if (panel.open) sessionStorage.setItem(THUMBNAILS, "open");
    else sessionStorage.removeItem(THUMBNAILS);
    if (panel.open) panel.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  });
  if (sessionStorage.getItem(THUMBNAILS) && matchMedia("(min-width: 901px)").matches) panel.open = true;
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("[data-thumb]");
    if (!link || !isContinuous() || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(Number(link.dataset.thumb));
  });
}

function turn(by) {
  if (isContinuous()) turnBy(by);
  else click(by > 0 ? "[data-page-next]" : "[data-page-prev]");
}

function followPagerInPlace() {
  // Pages under each other are scrolled to; otherwise the form and the links do what they say.
  document.querySelector(".pager form")?.addEventListener("submit", (event) => {
    const number = Number(event.target.elements.page.value);
    if (!isContinuous() || !Number.isInteger(number)) return;
    event.preventDefault();
    goTo(number);
  });
  for (const [selector, by] of [["[data-page-next]", 1], ["[data-page-prev]", -1]]) {
    document.querySelector(selector)?.addEventListener("click", (event) => {
      if (!isContinuous()) return;
      event.preventDefault();
      turnBy(by);
    });
  }
}

function typePage() {
  const input = document.querySelector(".pager [name=page]");
  input?.focus();
  input?.select();
}

function foldThumbnails() {
  const panel = document.querySelector("[data-thumbnails]");
  if (!panel) return;
  panel.open = !panel.open;
  if (panel.open) (panel.querySelector("[aria-current]") ?? panel.querySelector("summary")).focus();
}

const KEYS = {
  j: () => turn(1), "]": () => turn(1), ArrowRight: () => turn(1),
  k: () => turn(-1), "[": () => turn(-1), ArrowLeft: () => turn(-1),
  g: typePage, t: foldThumbnails, c: copyLink,
  "+": () => zoomBy(1), "=": () => zoomBy(1), "-": () => zoomBy(-1),
  h: () => selection() && click("[data-keep-highlight]"),
  // In the editor nobody writes notes: n and p turn the page.
  n: () => (marking() ? turn(1) : writeNote()), p: () => marking() && turn(-1),
  ".": () => click("[data-hit-next]"), ",": () => click("[data-hit-before]"),
  w: () => {
    const layer = [...document.querySelectorAll("[data-words]")].find((one) => one.getBoundingClientRect().bottom > 60);
    if (layer) choose(layer, 0, 0);
  },
};

function watchReaderKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    if (selection() && event.key.startsWith("Arrow") && !event.target.closest(".drawing")) {
      event.preventDefault();
      step(event);
      return;
    }
    if (event.key === "Escape") { hush(); if (selection()) letGo(); return; }
    const act = KEYS[event.key];
    if (!act || keysAreOff() || (event.key.startsWith("Arrow") && (event.shiftKey || marking()))) return;
    if (event.target.closest(".drawing, [role=tablist]")) return;
    event.preventDefault();
    act();
  });
}

for (const leaf of document.querySelectorAll(".leaf")) furnish(leaf);
chooseByTouch();
watchReaderKeys();
offerZoom();
offerKeeping();
offerThumbnails();
followPagerInPlace();
document.querySelector("[data-selection-clear]")?.addEventListener("click", letGo);
document.querySelector("[data-selection-copy]")?.addEventListener("click", () => selection() && navigator.clipboard?.writeText(chosenText()));
document.querySelector("[data-selection-link]")?.addEventListener("click", copyLink);
document.addEventListener("copy", (event) => {
  if (!selection() || !event.clipboardData) return;
  event.clipboardData.setData("text/plain", chosenText());
  event.preventDefault();
});
if (matchMedia("(max-width: 900px)").matches) for (const part of document.querySelectorAll("[data-outline]")) part.open = false;
for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
readOn(furnish, beside);
if (location.hash === "#place") document.getElementById("place")?.scrollIntoView({ block: "center", behavior: "instant" });
