// Sends a form with a file by XMLHttpRequest, only because it tells how far it is. The route behind it
// answers as to any post: a redirect is followed, a refusal comes as problem+json and the form stays.
function problemOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

function refuse(form, text) {
  let notice = form.querySelector("[data-refusal]");
  if (!notice) {
    notice = document.createElement("div");
    notice.className = "notice danger";
    notice.dataset.refusal = "";
    notice.setAttribute("role", "alert");
    form.prepend(notice);
  }
  notice.replaceChildren(Object.assign(document.createElement("div"), { textContent: text }));
  notice.tabIndex = -1;
  notice.focus();
}

function send(form, submitter) {
  const part = form.querySelector("[data-upload-progress]");
  const bar = part.querySelector("progress");
  const label = part.querySelector("[data-upload-label]");
  const note = part.querySelector("[data-note]");
  const buttons = form.querySelectorAll(".submit button");
  const request = new XMLHttpRequest();
  const stop = (text) => {
    part.hidden = true;
    delete form.dataset.sending;
    for (const button of buttons) button.disabled = false;
    refuse(form, `${text} The form is still filled in.`);
  };
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.max = event.total;
    bar.value = event.loaded;
    note.textContent = `${Math.floor((100 * event.loaded) / event.total)} %`;
    if (event.loaded === event.total) label.textContent = "Sent, being checked";
  });
  request.addEventListener("load", () => {
    if (request.status >= 200 && request.status < 300) {
      delete form.dataset.sending;
      location.assign(request.responseURL);
      return;
    }
    const problem = problemOf(request);
    const fields = Object.values(problem.fields ?? {}).join(" ");
    stop([fields || problem.detail || "The file was not taken.", problem.remedy].filter(Boolean).join(" "));
  });
  request.addEventListener("error", () => stop("The connection broke before the file had arrived."));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(new FormData(form, submitter));
  part.hidden = false;
  label.textContent = "Sending";
  form.dataset.sending = "yes";
  for (const button of buttons) button.disabled = true;
}

export function sendUploads() {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!form.dataset.sending) send(form, event.submitter);
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-sending]")) event.preventDefault();
  });
}
