// What is typed and not yet saved outlives a lost connection, an ended session and a closed page:
// it is kept in this browser, by person and by form, until the server has it.

const PREFIX = "otklik:answers:";
const RETRY_MS = 5000;
const KEPT_MS = 24 * 60 * 60 * 1000;
const GONE = 409; // confirmed meanwhile: there is nothing left to save it to
const form = document.querySelector("[data-application-form]");

function stored(place) {
  try {
    const unsaved = JSON.parse(localStorage.getItem(PREFIX + place)) ?? {};
    const fresh = Object.entries(unsaved).filter(([, { at }]) => at > Date.now() - KEPT_MS);
    return Object.fromEntries(fresh);
  } catch {
    return {}; // storage is switched off: nothing is kept
  }
}

function store(place, unsaved) {
  try {
    if (Object.keys(unsaved).length) localStorage.setItem(PREFIX + place, JSON.stringify(unsaved));
    else localStorage.removeItem(PREFIX + place);
  } catch {
    // storage is full or switched off: the text stays in the form only
  }
}

function isTyped(control) {
  return control.id?.startsWith("answer-") && control.name && control.type !== "file";
}

function answerOf(control) {
  if (control.type === "checkbox" && !control.checked) return "";
  return control.value;
}

function rendered(control) {
  if (control.type === "checkbox") return control.defaultChecked ? control.value : "";
  return control.defaultValue ?? control.querySelector("[selected]")?.value ?? "";
}

// Otherwise the browser may have restored in the controls what an earlier opening showed.
function isOpenedAnew() {
  return performance.getEntriesByType("navigation")[0]?.type === "navigate";
}

function fill(control, value) {
  if (control.type === "checkbox") control.checked = value !== "";
  else control.value = value;
}

function freshToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}

function watch(place) {
  const note = form.querySelector("[data-unsaved]");
  let lost = false;

  function seenBy(control) {
    return control.closest(".field")?.querySelector('[name^="version:"]')?.value;
  }

  function keep(control) {
    const unsaved = stored(place);
    const seen = unsaved[control.name]?.seen ?? seenBy(control);
    unsaved[control.name] = { value: answerOf(control), seen, at: Date.now() };
    store(place, unsaved);
  }

  function settle(sent) {
    const unsaved = stored(place);
    for (const [name, value] of sent) if (unsaved[name]?.value === value) delete unsaved[name];
    store(place, unsaved);
    if (!note.hidden) note.textContent = note.dataset.again;
  }

  function say() {
    lost = true;
    note.hidden = false;
    note.textContent = note.dataset.lost;
  }

  function sendAgain() {
    lost = false;
    for (const name of Object.keys(stored(place))) {
      const control = document.getElementById(`answer-${name}`);
      if (control) htmx.trigger(control, "otklik:send");
    }
  }

  // What an earlier opening of the page could not save; the server tells whether another window
  // has answered differently since.
  function restore(name, { value, seen }) {
    const control = document.getElementById(`answer-${name}`);
    if (!control || rendered(control) === value) {
      settle([[name, value]]);
      return;
    }
    fill(control, value);
    const version = control.closest(".field")?.querySelector('[name^="version:"]');
    if (version && seen) version.value = seen;
  }

  form.addEventListener("input", (event) => isTyped(event.target) && keep(event.target));
  form.addEventListener("change", (event) => isTyped(event.target) && keep(event.target));

  document.addEventListener("htmx:configRequest", (event) => {
    const { parameters, headers, verb } = event.detail;
    if (verb !== "post" || !form.contains(event.detail.elt)) return;
    parameters.sent_at = String(Date.now());
    // Signing in elsewhere gave this browser another token.
    headers["X-CSRFToken"] = freshToken() ?? headers["X-CSRFToken"];
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful, requestConfig, xhr } = event.detail;
    if (!form.contains(elt) || requestConfig.verb !== "post") return;
    if (successful || xhr.status === GONE) settle(requestConfig.formData.entries());
  });
  // What is said already stays: one of its buttons may be pressed just now, or hold the focus.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (!target.id.startsWith("messages-") || target.innerHTML !== fragment.innerHTML) return;
    event.detail.shouldSwap = false;
  });

  document.addEventListener("htmx:sendError", say);
  document.addEventListener("htmx:timeout", say);

  form.addEventListener("submit", () => {
    const token = freshToken();
    if (token) form.elements.csrfmiddlewaretoken.value = token;
  });

  addEventListener("online", sendAgain);
  setInterval(() => lost && sendAgain(), RETRY_MS);

  // What was typed while this script was on its way.
  for (const control of isOpenedAnew() ? form.elements : []) {
    if (isTyped(control) && answerOf(control) !== rendered(control)) keep(control);
  }
  for (const [name, answer] of Object.entries(stored(place))) restore(name, answer);
  // Only then does htmx listen to the controls.
  document.addEventListener("DOMContentLoaded", sendAgain);
}

if (form) watch(form.dataset.applicationForm);

// What has been read back is on the server: nothing of it stays in this browser.
for (const saved of document.querySelectorAll("[data-answers-saved]")) {
  store(saved.dataset.answersSaved, {});
}
