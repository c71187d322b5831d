// Already answered? After a pause in typing, earlier answers that fit the question are put beneath it.
// The answer is read as a document: no markup is made from text here, and its scripts do not run.
const PAUSE = 900;
const SHORTEST = 8;
const LONGEST = 500;

function fetchPart(address) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => (request.status === 200 && request.response ? done(request.response) : failed(request.status));
    request.onerror = () => failed(0);
    request.send();
  });
}

function offer(box) {
  const question = box.closest("form").elements[box.dataset.offerFor];
  const place = box.querySelector("[data-offered]");
  let timer = 0;
  let asked = "";
  const look = async () => {
    const words = question.value.trim().replace(/\s+/g, " ").slice(0, LONGEST);
    if (words === asked || words.length < SHORTEST) return;
    asked = words;
    const url = new URL(box.dataset.offer, location.href);
    url.searchParams.set("q", words);
    try {
      const found = await fetchPart(url);
      if (asked !== words) return; // somebody typed on meanwhile
      place.replaceChildren(...[...found.body.childNodes].map((node) => document.importNode(node, true)));
    } catch {
      asked = ""; // the button asks as well, and says what is wrong
    }
  };
  question.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
}

document.querySelectorAll("[data-offer]").forEach(offer);
