// What every form of the pages gets: growing text fields, one submission per press, a warning before
// a form is sent without a connection, and the focus on its error summary.

import { mayMoveFocus } from "./focus.js";

/** @param {HTMLTextAreaElement} field */
function fitToText(field) {
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight + 2}px`;
}

// Browsers without field-sizing: a text field grows with its text.
if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", ({ target }) => {
    if (target instanceof HTMLTextAreaElement && target.matches("[data-autosize]")) fitToText(target);
  });
  /** @type {NodeListOf<HTMLTextAreaElement>} */
  const fields = document.querySelectorAll("textarea[data-autosize]");
  for (const field of fields) if (field.value) fitToText(field);
}

/** @type {WeakSet<HTMLFormElement>} */
const submitted = new WeakSet();
// The page ends the wait by going away. Where the response is a file it stays, so time ends it.
const RELEASE_AFTER_MS = 4000;

// A double click sends a form once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.method !== "post") return;
  if (submitted.has(form)) {
    event.preventDefault();
    return;
  }
  submitted.add(form);
  setTimeout(() => submitted.delete(form), RELEASE_AFTER_MS);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) submitted.delete(form);
});

// Without a connection the browser would show its own error page in place of what is typed.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || navigator.onLine) return;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const region = /** @type {HTMLElement} */ (document.querySelector("[data-toasts]"));
    document.dispatchEvent(new CustomEvent("otklik:toast", { detail: { text: region.dataset.lost } }));
  },
  true,
);

/** @param {Document | Element} scope */
function focusErrorSummary(scope) {
  /** @type {HTMLElement | null} */ (scope.querySelector("[data-error-summary]"))?.focus();
}

// A browser focuses an `autofocus` field by itself; any other the person has chosen.
function isFieldChosen() {
  return !mayMoveFocus() && !document.activeElement?.matches("[autofocus]");
}

document.addEventListener("htmx:load", ({ detail: { elt } }) => mayMoveFocus(elt) && focusErrorSummary(elt));
if (!isFieldChosen()) focusErrorSummary(document);
