// Keys for lists and for whatever names a key of its own (data-key). They can be switched off in the
// dialog of keys, since single letters disturb people who speak to their computer (WCAG 2.1.4).
const OFF = "vitrine-keys-off";

export const typing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
const rows = () => [...document.querySelectorAll("[data-list] tbody tr")].filter((row) => row.querySelector("[data-row-link]"));

let here = -1;

export function move(step) {
  const all = rows();
  if (!all.length) return;
  all[here]?.classList.remove("here");
  here = Math.min(Math.max(here + step, 0), all.length - 1);
  all[here].classList.add("here");
  all[here].querySelector("[data-row-link]").focus({ preventScroll: true });
  all[here].scrollIntoView({ block: "nearest" });
}

export const keysAreOff = () => {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
};

function offerKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  for (const button of document.querySelectorAll("[data-open-keys]")) {
    button.hidden = false;
    button.addEventListener("click", () => dialog.showModal());
  }
  const form = dialog.querySelector("form");
  const label = document.createElement("label");
  label.className = "choice";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = !keysAreOff();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
  label.append(box, " Single keys are on");
  form.before(label);
}

// On a narrow page the heads of a list are out of sight: each number then says what it counts.
function labelNumbers() {
  for (const list of document.querySelectorAll("[data-list]")) {
    const heads = [...list.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    for (const row of list.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, at) => {
        const said = cell.textContent.toLowerCase();
        const counts = cell.classList.contains("num") && said.trim() && heads[at];
        if (counts && !said.includes(heads[at].toLowerCase())) cell.dataset.head = heads[at];
      });
    }
  }
}

function chooseRows() {
  for (const list of document.querySelectorAll("[data-list]")) {
    const boxes = [...list.querySelectorAll("tbody td.pick input[type=checkbox]")];
    const all = list.querySelector("[data-choose-all]");
    if (!boxes.length || !all) continue;
    all.hidden = false;
    let last = null;
    all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
    for (const box of boxes) {
      box.addEventListener("click", (event) => {
        if (event.shiftKey && last) {
          const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
          for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
        }
        last = box;
      });
    }
  }
}

export function watchKeys() {
  labelNumbers();
  offerKeys();
  chooseRows();
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || keysAreOff() || typing(event.target)) return;
    const search = document.querySelector("[data-search]");
    const act = {
      j: () => move(1),
      k: () => move(-1),
      o: () => rows()[here]?.querySelector("[data-row-link]").click(),
      "/": () => search?.focus(),
      "?": () => document.getElementById("keys")?.showModal(),
    }[event.key];
    const named = /^[a-z]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
    if (!act && !named) return;
    event.preventDefault();
    if (named) named.click();
    else act();
  });
}
