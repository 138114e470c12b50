// The editor of a template's source: shows where the cursor is, goes to an error, asks before a destructive
// action and before unsaved changes are lost.

import { positionAt, rangeOf } from "./source-position.js";

const LINES_ABOVE = 6;
const source = /** @type {HTMLTextAreaElement} */ (document.getElementById("source"));
const place = /** @type {HTMLOutputElement} */ (document.getElementById("place"));
// The person may have typed, and moved the cursor, before this script was loaded.
let isSaved = source.value === source.defaultValue;

function showPosition() {
  const { line, column } = positionAt(source.value, source.selectionStart);
  place.value = `${place.dataset.line} ${line}, ${place.dataset.column} ${column}`;
}

/**
 * @param {number} line
 * @param {number} column
 */
function goTo(line, column) {
  const { start, end } = rangeOf(source.value, line, column);
  source.focus();
  source.setSelectionRange(start, end);
  // A text field does not scroll to its selection.
  const lineHeight = source.scrollHeight / source.value.split("\n").length;
  source.scrollTop = Math.max(0, (line - LINES_ABOVE) * lineHeight);
}

document.addEventListener("selectionchange", () => {
  if (document.activeElement === source) showPosition();
});

source.addEventListener("input", () => {
  isSaved = false;
  showPosition();
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("[data-goto]");
  if (!(link instanceof HTMLElement) || !link.dataset.goto) return;
  event.preventDefault();
  const [line = 1, column = 1] = link.dataset.goto.split(":").map(Number);
  goTo(line, column);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  const { confirm: question } = form.dataset;
  if (question && !window.confirm(question)) event.preventDefault();
  else if (form.id === "draft") isSaved = true;
});

window.addEventListener("beforeunload", (event) => {
  if (!isSaved) event.preventDefault();
});

showPosition();
