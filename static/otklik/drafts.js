// Keeps what is typed into <textarea data-draft-key="…"> through a refusal, a reload and a sign-in.
// A draft is deleted when its htmx request succeeds, or when the page shows a message with the tag
// "draft-done:<key>": a plain form cannot tell success from a redirect to the sign-in page.

import { isFirstVisit } from "./navigation.js";
import { read, write } from "./storage.js";
import { clear } from "./stored-keys.js";

const PREFIX = "otklik:draft:";
const DONE = "draft-done:";
// Neither drafts nor the unsaved answers of an application stay behind for the next person.
const CLEARED_AT_LOGOUT = [PREFIX, "otklik:answers:"];

/**
 * @param {Document | Element} scope
 * @returns {NodeListOf<HTMLTextAreaElement>}
 */
const draftFields = (scope) => scope.querySelectorAll("textarea[data-draft-key]");

/** @param {HTMLTextAreaElement} field */
const keyOf = (field) => PREFIX + field.dataset.draftKey;

/** @param {Document | Element} scope */
function deleteFinished(scope) {
  /** @type {NodeListOf<HTMLElement>} */
  const messages = scope.querySelectorAll(`[data-tags*="${DONE}"]`);
  for (const { dataset } of messages) {
    for (const tag of dataset.tags?.split(" ") ?? []) {
      if (tag.startsWith(DONE)) write(PREFIX + tag.slice(DONE.length), "");
    }
  }
}

/** @param {Document | Element} scope */
function restore(scope) {
  for (const field of draftFields(scope)) {
    const text = read(keyOf(field));
    // What the server sent back is newer than the draft.
    if (!text || field.value) continue;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** @param {HTMLTextAreaElement} field */
const keep = (field) => write(keyOf(field), field.value.trim() ? field.value : "");

document.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLTextAreaElement && target.dataset.draftKey) keep(target);
});

document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, requestConfig } }) => {
  if (!successful || requestConfig.verb === "get") return;
  for (const field of draftFields(elt)) write(keyOf(field), "");
});

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  deleteFinished(elt);
  restore(elt);
});

document.addEventListener("submit", ({ target }) => {
  if (!(target instanceof HTMLFormElement)) return;
  const { pathname } = new URL(target.getAttribute("action") ?? "", location.href);
  if (pathname.endsWith("/logout/")) clear(CLEARED_AT_LOGOUT);
});

deleteFinished(document);
// What was typed before this script was loaded. After a reload it may be what an earlier visit showed.
for (const field of isFirstVisit() ? draftFields(document) : []) if (field.value !== field.defaultValue) keep(field);
restore(document);
