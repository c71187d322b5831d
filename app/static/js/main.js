// What every page has; each part does nothing where its elements are missing.
import { watchCounts } from "./counts.js";
import { keepDrafts } from "./forms.js";
import { watchKeys } from "./lists.js";
import { watchProgress } from "./progress.js";
import { switchThemes } from "./theme.js";
import { sendUploads } from "./upload.js";

function offerCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    const label = button.querySelector("span");
    const before = label.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.closest(".code").querySelector("code").textContent);
      label.textContent = "Copied";
      setTimeout(() => { label.textContent = before; }, 2000);
    });
  }
}

function dismissMenus() {
  const open = () => document.querySelectorAll("details[data-dismiss][open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

document.querySelector(".rail nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
switchThemes();
keepDrafts();
sendUploads();
watchKeys();
watchProgress();
watchCounts();
offerCopying();
dismissMenus();
