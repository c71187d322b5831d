// Nothing typed is lost: drafts stay in this tab until they are sent, and survive an expired session.
// A draft never leaves the browser; signing out removes all of them.
const PREFIX = "vitrine:draft:";
const { viewer = "", session = "", outcome = "" } = document.body.dataset;

const keyOf = (form) => `${PREFIX}${viewer}:${form.dataset.draft}`;
const controls = (form) => [...form.elements].filter((control) =>
  control.name && !["hidden", "file", "password", "submit", "button", "fieldset"].includes(control.type));

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? null;
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false; // storage is full or refused: the page still works, the warning on leaving stays
  }
}

function valuesOf(form) {
  return controls(form).map((control) =>
    [control.name, control.type === "checkbox" || control.type === "radio" ? [control.value, control.checked] : control.value]);
}

function restore(form, values) {
  const rest = controls(form);
  for (const [name, value] of values) {
    const at = rest.findIndex((control) => control.name === name
      && (!Array.isArray(value) || control.value === value[0]));
    if (at < 0) continue;
    const [control] = rest.splice(at, 1);
    if (Array.isArray(value)) control.checked = value[1];
    else control.value = value;
    control.dispatchEvent(new Event("restored", { bubbles: true }));
  }
}

function say(form, text, discard) {
  const note = form.querySelector("[data-draft-note]");
  if (!note) return;
  note.replaceChildren(text);
  if (!discard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = "Discard";
  button.addEventListener("click", () => {
    sessionStorage.removeItem(keyOf(form));
    form.reset();
    note.replaceChildren("Draft discarded.");
  });
  note.append(" ", button);
}

function settleSentDrafts() {
  // A draft that was sent is done when the next page of the same session is not an error.
  // After a new sign-in the session's mark differs: then the post never arrived, so it is kept.
  if (!viewer || outcome === "error") return;
  const open = new Map([...document.querySelectorAll("form[data-draft]")].map((form) => [keyOf(form), form]));
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX))) {
    const draft = read(key);
    if (!draft?.sent) continue;
    const refused = open.get(key)?.hasAttribute("data-invalid");
    if (draft.sent === session && !refused) sessionStorage.removeItem(key);
    else write(key, { values: draft.values });
  }
}

function keepDraft(form) {
  const key = keyOf(form);
  const draft = read(key);
  if (draft && !form.hasAttribute("data-invalid")) {
    restore(form, draft.values);
    say(form, "Your draft is back.", true);
  }
  form.addEventListener("input", () => {
    if (write(key, { values: valuesOf(form) })) say(form, "Draft kept in this tab.", false);
  });
  form.addEventListener("submit", () => write(key, { values: valuesOf(form), sent: session }));
}

function guardDoubleSending(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.submitter?.hasAttribute("data-stays")) return; // a file comes, the page stays
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
  });
}

function warnBeforeLosing(form) {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}

function checkOnLeaving(control) {
  const field = control.closest(".field");
  if (!field || !control.value || control.validity.valid === !field.dataset.faulty) return;
  let fault = field.querySelector("[data-fault]");
  if (control.validity.valid) {
    fault?.remove();
    control.removeAttribute("aria-invalid");
    field.classList.remove("wrong");
    delete field.dataset.faulty;
    return;
  }
  if (!fault) {
    fault = document.createElement("p");
    fault.className = "error";
    fault.dataset.fault = "";
    fault.setAttribute("role", "status");
    control.after(fault);
  }
  fault.textContent = control.validationMessage;
  control.setAttribute("aria-invalid", "true");
  field.classList.add("wrong");
  field.dataset.faulty = "yes";
}

export function keepDrafts() {
  settleSentDrafts();
  for (const form of document.querySelectorAll("form[method=post]")) {
    if (form.dataset.draft) keepDraft(form);
    else if (form.querySelector("textarea") || form.hasAttribute("data-warn-leaving")) warnBeforeLosing(form);
    if (!form.hasAttribute("data-upload") && !form.hasAttribute("data-theme-switch")) guardDoubleSending(form);
  }
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(".field > input, .field > textarea, .field > select")) checkOnLeaving(event.target);
  });
  for (const form of document.querySelectorAll("[data-ends-session]")) {
    form.addEventListener("submit", () => {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    });
  }
  // Going back brings the page from memory, with its forms still marked as sent.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });
  document.querySelector("[data-first-error]")?.focus();
}
