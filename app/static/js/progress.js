// Long work shows how far it is. Asks the status address, which answers
// {"done": bool, "value": number|null, "max": number|null, "note": string|null, "href": string|null};
// when done the page loads anew, or goes to `href` (a path of this site).
const FIRST = 800;
const SLOWEST = 5000;

async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function show(part, status) {
  const bar = part.querySelector("progress");
  const note = part.querySelector("[data-note]");
  if (status.max) bar.max = status.max;
  if (status.value === null || status.value === undefined) bar.removeAttribute("value");
  else bar.value = status.value;
  const text = status.note ?? (status.max ? `${status.value} of ${status.max}` : "");
  if (note.textContent !== text) note.textContent = text;
}

function follow(part) {
  let wait = FIRST;
  const again = async () => {
    try {
      const status = await ask(part.dataset.statusUrl);
      show(part, status);
      if (status.done) {
        if (status.href?.startsWith("/") && !status.href.startsWith("//")) location.assign(status.href);
        else location.reload();
        return;
      }
    } catch {
      part.querySelector("[data-note]").textContent = "No answer at the moment; the work goes on. Asking again.";
      wait = SLOWEST;
    }
    wait = Math.min(wait * 1.3, SLOWEST);
    setTimeout(again, wait);
  };
  setTimeout(again, wait);
}

export function watchProgress() {
  for (const part of document.querySelectorAll("[data-status-url]")) follow(part);
}
