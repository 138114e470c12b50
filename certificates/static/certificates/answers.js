// Keeps in this browser what is typed and not yet saved, through a lost connection, an ended session and
// a closed page, and sends it again until the server has it.

import { mayMoveFocus } from "../otklik/focus.js";
import { isFirstVisit } from "../otklik/navigation.js";
import * as storage from "../otklik/storage.js";
import { UnsavedAnswers } from "./unsaved-answers.js";

const RETRY_MS = 5000;
const OK = 200;
const SERVER_ERROR = 500; // The lowest of them.
const CONFLICT = 409; // The application was confirmed meanwhile: the answer cannot be saved any more.

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** @param {unknown} element @returns {element is Control} */
function isControl(element) {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement
  );
}

/** @param {unknown} element @returns {element is Control} */
function isTyped(element) {
  return isControl(element) && element.id.startsWith("answer-") && element.name !== "" && element.type !== "file";
}

/** @param {string} name */
function controlOf(name) {
  const control = document.getElementById(`answer-${name}`);
  return isControl(control) ? control : null;
}

/** @param {Control} control @returns {control is HTMLInputElement} */
const isCheckbox = (control) => control.type === "checkbox";

/** @param {Control} control */
const answerIn = (control) => (isCheckbox(control) && !control.checked ? "" : control.value);

/** What the server rendered. @param {Control} control */
function renderedAnswer(control) {
  if (isCheckbox(control)) return control.defaultChecked ? control.value : "";
  if (!(control instanceof HTMLSelectElement)) return control.defaultValue;
  return [...control.options].find((option) => option.defaultSelected)?.value ?? "";
}

/** @param {Control} control @param {string} value */
function fill(control, value) {
  if (isCheckbox(control)) control.checked = value !== "";
  else control.value = value;
}

/** The hidden input with the version token of the stored answer. @param {Control} control */
function versionInput(control) {
  /** @type {HTMLInputElement | null | undefined} */
  const input = control.closest(".field")?.querySelector('[name^="version:"]');
  return input;
}

const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

/**
 * @param {HTMLFormElement} form
 * @param {UnsavedAnswers} unsaved
 */
function watch(form, unsaved) {
  const note = /** @type {HTMLElement} */ (form.querySelector("[data-unsaved]"));
  let isToBeSentAgain = false;

  /** @param {Control} control */
  const keep = (control) => unsaved.keep(control.name, answerIn(control), versionInput(control)?.value);

  /** @param {Iterable<[string, unknown]>} sent */
  function markSaved(sent) {
    unsaved.markSaved(sent);
    if (!note.hidden && unsaved.read().size === 0) note.textContent = note.dataset.again ?? "";
  }

  /** @param {string | undefined} reason */
  function tellUnsaved(reason) {
    isToBeSentAgain = true;
    note.hidden = false;
    note.textContent = reason ?? "";
  }

  function sendAgain() {
    isToBeSentAgain = false;
    for (const name of unsaved.read().keys()) {
      const control = controlOf(name);
      if (control) htmx.trigger(control, "otklik:send");
    }
  }

  /**
   * @param {string} name
   * @param {{ value: string, version?: string | undefined }} answer
   */
  function restore(name, { value, version }) {
    const control = controlOf(name);
    if (!control || renderedAnswer(control) === value) {
      markSaved([[name, value]]);
      return;
    }
    fill(control, value);
    const input = versionInput(control);
    // The server compares it, and so notices an answer given in another window since.
    if (input && version) input.value = version;
  }

  form.addEventListener("input", ({ target }) => isTyped(target) && keep(target));
  form.addEventListener("change", ({ target }) => isTyped(target) && keep(target));

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const { elt, parameters, headers, verb } = detail;
    if (verb !== "post" || !form.contains(elt)) return;
    parameters.set("sent_at", String(Date.now()));
    // A sign-in in another window gave this browser another token.
    const token = csrfToken();
    if (token) headers["X-CSRFToken"] = token;
  });

  // Before the swap: what is unsaved from then on was typed after the request. Where another answer has
  // redrawn the control since, only the second event reaches the document.
  for (const event of /** @type {const} */ (["htmx:beforeOnLoad", "htmx:afterRequest"])) {
    document.addEventListener(event, ({ detail: { elt, requestConfig, xhr } }) => {
      if (!form.contains(elt) || requestConfig.verb !== "post") return;
      if (xhr.status === OK || xhr.status === CONFLICT) markSaved(requestConfig.formData.entries());
    });
  }

  // htmx would focus an element with `autofocus` some time after the swap, whatever the person does by then.
  document.addEventListener("htmx:afterRequest", () => {
    /** @type {HTMLElement | null} */
    const control = form.querySelector("[data-answered-by-button]");
    control?.removeAttribute("data-answered-by-button");
    if (mayMoveFocus()) control?.focus();
  });

  // An unchanged message is not swapped: one of its buttons may be pressed just now, or hold the focus.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    if (target.id.startsWith("messages-") && target.innerHTML === fragment.innerHTML) detail.shouldSwap = false;
  });

  /** Whether redrawing this question would take away what is being typed. @param {Element} question */
  function isBeingAnswered(question) {
    const names = [...unsaved.read().keys()];
    return question.contains(document.activeElement) || names.some((name) => question.contains(controlOf(name)));
  }

  // Another window's answer does not replace one that was typed while it came: the version token stays old,
  // and so the server offers both. A button redraws its question in any case.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    if (!target.id.startsWith("question-") || fragment.querySelector("[data-answered-by-button]")) return;
    if (isBeingAnswered(target)) detail.shouldSwap = false;
  });

  document.addEventListener("htmx:sendError", () => tellUnsaved(note.dataset.lost));
  document.addEventListener("htmx:timeout", () => tellUnsaved(note.dataset.lost));
  // Any other refusal would be repeated as well, so the person has to act on it first.
  document.addEventListener("htmx:responseError", ({ detail: { elt, xhr } }) => {
    if (form.contains(elt) && xhr.status >= SERVER_ERROR) tellUnsaved(note.dataset.failed);
  });

  form.addEventListener("submit", () => {
    const token = csrfToken();
    const input = form.elements.namedItem("csrfmiddlewaretoken");
    if (token && input instanceof HTMLInputElement) input.value = token;
  });

  addEventListener("online", sendAgain);
  setInterval(() => isToBeSentAgain && sendAgain(), RETRY_MS);

  // What was typed before this script was loaded. After a reload it may be what an earlier visit showed.
  for (const control of isFirstVisit() ? form.elements : []) {
    if (isTyped(control) && answerIn(control) !== renderedAnswer(control)) keep(control);
  }
  for (const [name, answer] of unsaved.read()) restore(name, answer);
  // htmx listens to the controls from then on.
  document.addEventListener("DOMContentLoaded", sendAgain);
}

/** @type {HTMLFormElement | null} */
const form = document.querySelector("form[data-application-form]");
if (form) watch(form, new UnsavedAnswers(form.dataset.applicationForm ?? "", storage));

// The confirmation page shows answers that are on the server.
/** @type {NodeListOf<HTMLElement>} */
const savedForms = document.querySelectorAll("[data-answers-saved]");
for (const { dataset } of savedForms) new UnsavedAnswers(dataset.answersSaved ?? "", storage).clear();
