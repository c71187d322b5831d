// The size of the pages. It stands in the address, so that a link, a reload and the way back keep it;
// the links to other pages carry it on.
const STEPS = ["page", "", "width", "100", "150", "200"]; // in the order of what + and − do
const DOTS_PER_INCH = 96;
const POINTS_PER_INCH = 72;

const room = () => document.querySelector(".pages");

export function fitLeaf(leaf) {
  const percent = Number(room().dataset.zoom);
  const points = Number(leaf.dataset.widthPt);
  leaf.style.width = percent && points ? `${(points * DOTS_PER_INCH * percent) / POINTS_PER_INCH / 100}px` : "";
  // By its size on the screen the browser chooses the plain or the finer picture.
  const picture = leaf.querySelector("img[srcset]");
  if (!picture) return;
  // Fitted to the page, a picture's own size decides: it must not be measured by itself.
  const width = room().dataset.zoom === "page" ? 0 : Math.round(leaf.getBoundingClientRect().width);
  picture.sizes = `${width || picture.getAttribute("width")}px`;
}

function carry(name, value) {
  const url = new URL(location.href);
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
  history.replaceState(history.state, "", url);
  for (const link of document.querySelectorAll("a[data-carry]")) {
    const to = new URL(link.href);
    if (value) to.searchParams.set(name, value);
    else to.searchParams.delete(name);
    link.href = to;
  }
  for (const form of document.querySelectorAll("form[data-carry]")) {
    let input = form.querySelector(`[name=${name}]`);
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      form.append(input);
    }
    input.value = value;
    input.disabled = !value;
  }
}

export function zoomTo(value) {
  const first = [...document.querySelectorAll(".leaf")].find((leaf) => leaf.getBoundingClientRect().bottom > 60);
  const before = first?.getBoundingClientRect();
  room().dataset.zoom = value;
  for (const leaf of document.querySelectorAll(".leaf")) fitLeaf(leaf);
  if (before?.height && before.top < 0) { // keep the same line at the top
    const now = first.getBoundingClientRect();
    scrollBy(0, now.top - 56 + ((56 - before.top) / before.height) * now.height);
  }
  carry("zoom", value);
  for (const link of document.querySelectorAll("[data-zoom-to]")) {
    if (link.dataset.zoomTo === value) {
      link.setAttribute("aria-current", "true");
      document.querySelector("[data-zoom-name]").textContent = link.textContent;
    } else link.removeAttribute("aria-current");
  }
}

export function zoomBy(by) {
  const at = Math.max(STEPS.indexOf(room().dataset.zoom), 0);
  const next = STEPS[Math.min(Math.max(at + by, 0), STEPS.length - 1)];
  if (next !== room().dataset.zoom) zoomTo(next);
}

export function offerZoom() {
  const part = document.querySelector("[data-zoom-menu]");
  if (!part) return;
  for (const [name, by] of [["in", 1], ["out", -1]]) {
    const button = document.querySelector(`[data-zoom-${name}]`);
    button.hidden = false;
    button.addEventListener("click", () => zoomBy(by));
  }
  part.addEventListener("click", (event) => {
    const link = event.target.closest("[data-zoom-to]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    zoomTo(link.dataset.zoomTo);
    part.open = false;
    part.querySelector("summary").focus();
  });
  for (const leaf of document.querySelectorAll(".leaf")) fitLeaf(leaf);
}
