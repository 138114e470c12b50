// Keeps in this browser what is typed and not yet saved, through a lost connection, an ended session and
// a closed page, and sends it again until the server has it.

import { mayMoveFocus } from "../otklik/focus.js";
import { isFirstVisit } from "../otklik/navigation.js";
import { read, write } from "../otklik/storage.js";
import { keys } from "../otklik/stored-keys.js";
import { GrowingPauses } from "./pauses.js";
import { ResponseOrder } from "./response-order.js";
import { UnsavedAnswers } from "./unsaved-answers.js";

const storage = { keys, read, write };
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

/** @param {string} name */
const cookie = (name) => document.cookie.match(`(?:^|; )${name}=([^;]+)`)?.[1];

const csrfToken = () => cookie("__Host-csrftoken") ?? cookie("csrftoken");

/**
 * @param {HTMLFormElement} form
 * @param {UnsavedAnswers} unsaved
 */
function watch(form, unsaved) {
  const note = /** @type {HTMLElement} */ (form.querySelector("[data-unsaved]"));
  const pauses = new GrowingPauses();
  let nextAttempt = 0;
  /** Buttons pressed by a visitor and not answered yet: their names by value. @type {Map<string, string>} */
  const pressed = new Map();

  /** @param {Control} control */
  const keep = (control) => unsaved.keep(control.name, answerIn(control), versionInput(control)?.value);

  /** @param {Iterable<[string, unknown]>} sent */
  function markSaved(sent) {
    unsaved.markSaved(sent);
    if (!note.hidden && unsaved.read().size === 0) note.textContent = note.dataset.again ?? "";
  }

  /** @param {string | undefined} reason */
  function tellUnsaved(reason) {
    note.hidden = false;
    note.textContent = reason ?? "";
    // One attempt for all answers that failed together.
    nextAttempt ||= setTimeout(sendAgain, pauses.take());
  }

  function sendAgain() {
    clearTimeout(nextAttempt);
    nextAttempt = 0;
    const controls = [...unsaved.read().keys()].map(controlOf).filter((control) => control !== null);
    // A press goes with any answer of the form.
    if (pressed.size > 0 && controls.length === 0) controls.push(...[...form.elements].filter(isTyped).slice(0, 1));
    for (const control of controls) htmx.trigger(control, "otklik:send");
  }

  /** @param {number} status @param {FormData} sent */
  function noteAnswer(status, sent) {
    if (status === OK || status === CONFLICT) markSaved(sent.entries());
    if (status < OK || status >= SERVER_ERROR) return;
    pauses.reset();
    forgetPresses(sent);
  }

  /** The server has answered the presses in this request, even where it refused. @param {FormData} sent */
  function forgetPresses(sent) {
    for (const [value, name] of pressed) if (sent.getAll(name).includes(value)) pressed.delete(value);
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
  // A visitor's requests go one at a time, and of those that wait only the last is sent (`hx-sync`). One that
  // replaces the request of a button carries the press along.
  form.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button[hx-sync^='closest form']") : null;
    if (button instanceof HTMLButtonElement) pressed.set(button.value, button.name);
  });

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const { elt, parameters, headers, verb } = detail;
    if (verb !== "post" || !form.contains(elt)) return;
    parameters.set("sent_at", String(Date.now()));
    for (const [value, name] of pressed) {
      if (!parameters.getAll(name).includes(value)) parameters.append(name, value);
    }
    // A sign-in in another window gave this browser another token.
    const token = csrfToken();
    if (token) headers["X-CSRFToken"] = token;
  });

  // A response may redraw a pressed button whose request still waits: htmx then drops that request.
  /** @type {Set<XMLHttpRequest>} */
  const inFlight = new Set();
  document.addEventListener("htmx:beforeSend", ({ detail: { elt, requestConfig, xhr } }) => {
    if (form.contains(elt) && requestConfig.verb === "post") inFlight.add(xhr);
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
    if (!inFlight.delete(xhr)) return;
    // htmx sends what waits after this event.
    setTimeout(() => pressed.size > 0 && inFlight.size === 0 && !nextAttempt && sendAgain());
  });

  // Before the swap: what is unsaved from then on was typed after the request. Where another answer has
  // redrawn the control since, only the second event reaches the document.
  for (const event of /** @type {const} */ (["htmx:beforeOnLoad", "htmx:afterRequest"])) {
    document.addEventListener(event, ({ detail: { elt, requestConfig, xhr } }) => {
      if (form.contains(elt) && requestConfig.verb === "post") noteAnswer(xhr.status, requestConfig.formData);
    });
  }

  // htmx would focus an element with `autofocus` some time after the swap, whatever the person does by then.
  document.addEventListener("htmx:afterRequest", () => {
    /** @type {HTMLElement | null} */
    const control = form.querySelector("[data-answered-by-button]");
    control?.removeAttribute("data-answered-by-button");
    if (mayMoveFocus()) control?.focus();
  });

  const order = new ResponseOrder();
  document.addEventListener("htmx:beforeOnLoad", ({ detail: { elt, requestConfig } }) => {
    const field = elt.closest("[id^='question-']");
    order.receive(Number(requestConfig.formData.get("sent_at")), field?.id.slice("question-".length) ?? "");
  });

  // An unchanged message is not swapped, because one of its buttons may hold the focus. Neither is one whose
  // button the mouse holds down: without the button there would be no click. Its own answer comes next.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    if (!target.id.startsWith("messages-")) return;
    const isSame = target.innerHTML === fragment.innerHTML;
    const isOutdated = order.isOutdated(target.id.slice("messages-".length));
    if (isSame || isOutdated || target.querySelector("button:active")) detail.shouldSwap = false;
  });

  // What the page marked as faulty when it was refused, until nothing is said against it any more.
  document.addEventListener("htmx:oobAfterSwap", ({ detail: { target } }) => {
    if (!target.id.startsWith("messages-") || target.querySelector(".field-error, .slip")) return;
    controlOf(target.id.slice("messages-".length))?.removeAttribute("aria-invalid");
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
