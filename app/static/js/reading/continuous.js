// Pages under each other. Each is fetched by its own address when it comes into view, so each reading
// is recorded like any other, and let go of again when it is far away: what is held stays small.
import { fitLeaf } from "./zoom.js";

const NEAR = 3; // pages to hold on either side of the one that is read
const REST = 180; // milliseconds in view before a page counts as wanted

let pages = []; // the figures, by page number − 1
let current = 0;
let aim = null; // the leaf number that was asked for, until somebody scrolls
let furnish = () => {};
let adopt = () => {};
const waiting = new Map(); // number → timer
const asked = new Set();

const addressOf = (number) => {
  const url = new URL(location.href);
  url.pathname = url.pathname.replace(/\/pages\/\d+$/, `/pages/${number}`);
  for (const name of ["at", "gone"]) url.searchParams.delete(name);
  url.hash = "";
  return url;
};

// An answer read as a document: no markup is made from text here, and its scripts do not run.
function fetchPage(number) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("GET", addressOf(number));
    request.responseType = "document";
    request.onload = () => (request.status === 200 && request.response ? done(request.response) : failed(request.status));
    request.onerror = () => failed(0);
    request.send();
  });
}

function emptyLeaf(number, like) {
  const leaf = document.createElement("figure");
  leaf.className = "leaf empty";
  leaf.id = `page-${number}`;
  leaf.dataset.page = number;
  leaf.setAttribute("aria-label", `Page ${number}`);
  leaf.dataset.widthPt = like.dataset.widthPt;
  leaf.dataset.shape = like.dataset.shape;
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  sheet.style.aspectRatio = like.dataset.shape;
  const said = document.createElement("p");
  said.className = "sub";
  said.textContent = `Page ${number}`;
  sheet.append(said);
  leaf.append(sheet);
  fitLeaf(leaf);
  return leaf;
}

function put(number, leaf) {
  pages[number - 1].replaceWith(leaf);
  pages[number - 1] = leaf;
  watch.observe(leaf);
}

async function load(number) {
  if (asked.has(number) || !pages[number - 1]?.classList.contains("empty")) return;
  asked.add(number);
  try {
    const read = await fetchPage(number);
    const leaf = document.adoptNode(read.querySelector(".leaf"));
    leaf.querySelector(".page-text").open = pages[number - 1].querySelector(".page-text")?.open ?? false;
    fitLeaf(leaf);
    put(number, leaf);
    if (aim) pages[aim - 1].scrollIntoView({ block: "start", behavior: "instant" });
    furnish(leaf);
    sides.set(number, besideOf(read));
    if (number === current) show(number);
  } catch (status) {
    const said = pages[number - 1].querySelector(".sub");
    if (status === 401 || status === 404) location.reload(); // signed out, or the grant has ended
    else if (said) said.textContent = `Page ${number} could not be opened. Scroll to it again to try once more.`;
  } finally {
    asked.delete(number);
  }
}

const sides = new Map(); // number → what stands beside that page, and its places of the search

function besideOf(page) {
  const [side, hits] = [page.querySelector(".side"), page.querySelector(".hits")];
  return { side: document.importNode(side, true), hits: hits && document.importNode(hits, true) };
}

function show(number) {
  const found = sides.get(number);
  if (found) adopt(found.side.cloneNode(true), number, found.hits?.cloneNode(true));
}

function letGoOfFarPages() {
  for (const leaf of pages) {
    const number = Number(leaf.dataset.page);
    if (leaf.classList.contains("empty") || Math.abs(number - current) <= NEAR) continue;
    if (leaf.contains(document.activeElement)) continue;
    watch.unobserve(leaf);
    sides.delete(number);
    put(number, emptyLeaf(number, leaf));
  }
}

function turnTo(number) {
  if (number === current) return;
  current = number;
  const url = addressOf(number);
  history.replaceState(history.state, "", url);
  show(number);
  letGoOfFarPages();
}

const watch = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    const number = Number(target.dataset.page);
    clearTimeout(waiting.get(number));
    waiting.delete(number);
    if (isIntersecting) waiting.set(number, setTimeout(() => load(number), REST));
  }
}, { rootMargin: "30% 0px" });

function follow() {
  // A page near the end cannot be scrolled to the top: what was asked for counts while it is in view.
  const middle = innerHeight * 0.4;
  const aimed = aim && pages[aim - 1].getBoundingClientRect();
  const seen = aimed && aimed.bottom > 0 && aimed.top < innerHeight;
  const at = seen ? pages[aim - 1] : pages.find((leaf) => leaf.getBoundingClientRect().bottom > middle);
  if (at) turnTo(Number(at.dataset.page));
}

export const isContinuous = () => pages.length > 0;

export function goTo(number) {
  aim = Math.min(Math.max(number, 1), pages.length);
  pages[aim - 1].scrollIntoView({ block: "start", behavior: "instant" });
  turnTo(aim);
}

export const turnBy = (by) => goTo(current + by);

export function readOn(prepare, beside) {
  const room = document.querySelector(".pages[data-continuous]");
  const first = room?.querySelector(".leaf");
  if (!first) return;
  [furnish, adopt] = [prepare, beside];
  current = Number(first.dataset.page);
  const count = Number(room.dataset.continuous);
  pages = Array.from({ length: count }, (_, at) => (at + 1 === current ? first : emptyLeaf(at + 1, first)));
  sides.set(current, besideOf(document));
  room.prepend(...pages.slice(0, current - 1));
  first.after(...pages.slice(current));
  const place = document.querySelector(".found") ?? first;
  place.scrollIntoView({ block: place === first ? "start" : "center", behavior: "instant" });
  for (const leaf of pages) watch.observe(leaf);
  for (const moved of ["wheel", "touchmove", "pointerdown", "keydown"]) addEventListener(moved, () => { aim = null; }, { passive: true, capture: true });
  let drawn = false;
  addEventListener("scroll", () => {
    if (drawn) return;
    drawn = true;
    requestAnimationFrame(() => { drawn = false; follow(); });
  }, { passive: true });
}
