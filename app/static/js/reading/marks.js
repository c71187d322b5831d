// What lies over a page: boxes say their character, signs show their passage.
const bubble = document.createElement("div");
bubble.className = "bubble";
bubble.hidden = true;

function say(link) {
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
}

export const hush = () => { bubble.hidden = true; };

export function showCharacters(leaf) {
  for (const link of leaf.querySelectorAll(".boxes a")) {
    link.querySelector("title")?.remove(); // the bubble says it sooner and better
    link.addEventListener("mouseenter", () => say(link));
    link.addEventListener("focus", () => say(link));
    link.addEventListener("mouseleave", hush);
    link.addEventListener("blur", hush);
  }
}

export function pointBetween(leaf) {
  // A sign and its passage, a box and its card: pointing at one shows the other.
  for (const sign of leaf.querySelectorAll(".signs a")) {
    const passage = [...leaf.querySelectorAll(".highlights rect")].filter((rect) => rect.dataset.href === sign.getAttribute("href"));
    const point = (on) => () => { for (const rect of passage) rect.classList.toggle("pointed", on); };
    sign.addEventListener("mouseenter", point(true));
    sign.addEventListener("focus", point(true));
    sign.addEventListener("mouseleave", point(false));
    sign.addEventListener("blur", point(false));
  }
}
