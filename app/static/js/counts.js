// How much waits, kept up to date while the page is looked at. The server wrote the number already;
// this asks again each minute, and not once a quarter of an hour has passed without anybody doing
// anything: an open page alone must not keep a session alive.
const EVERY = 60_000;
const PATIENCE = 15 * 60_000;

let touched = Date.now();

function write(link, unread) {
  const number = link.querySelector(".count");
  const text = unread ? String(unread) : "";
  if (number.textContent !== text) number.textContent = text;
  number.hidden = !unread;
}

function follow(link) {
  const again = async () => {
    if (document.visibilityState !== "visible" || Date.now() - touched > PATIENCE) return;
    try {
      const answer = await fetch(link.dataset.liveCount, {
        headers: { Accept: "application/json" },
        cache: "no-store",
      });
      if (answer.status === 401) clearInterval(timer);
      if (answer.ok) write(link, (await answer.json()).unread);
    } catch {
      // Nobody is told: the number that stands there was right a minute ago.
    }
  };
  const timer = setInterval(again, EVERY);
  document.addEventListener("visibilitychange", again);
}

export function watchCounts() {
  const links = [...document.querySelectorAll("[data-live-count]")];
  if (!links.length) return;
  for (const name of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(name, () => { touched = Date.now(); }, { passive: true });
  }
  links.forEach(follow);
}
