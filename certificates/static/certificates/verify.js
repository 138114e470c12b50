// Looks a file up in the register by its digest, computed here. Only a file that the register does not
// know is sent, for its seal to be examined.

import { isFirstVisit } from "../otklik/navigation.js";
import { digestOf } from "./digest.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("verify-file"));
const input = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
const status = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
const { largest, tooLarge = "", looking = "", sending = "" } = form.dataset;

/** @param {string} url */
async function isKnown(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false; // The upload will say what is wrong.
  }
}

/** @param {File} file */
async function verify(file) {
  if (file.size > Number(largest)) {
    status.textContent = tooLarge;
    return;
  }
  status.textContent = looking;
  const digest = await digestOf(file);
  const url = `${form.action}?digest=${digest}`;
  if (digest && (await isKnown(url))) {
    location.assign(url);
    return;
  }
  status.textContent = sending;
  form.submit();
}

form.addEventListener("submit", (event) => {
  const file = input.files?.[0];
  if (!file) return;
  event.preventDefault();
  verify(file);
});

function verifyChosen() {
  const file = input.files?.[0];
  if (file) verify(file);
}

input.addEventListener("change", verifyChosen);
// A file chosen before this script was loaded. One that a step back restored would lead forward again.
if (isFirstVisit()) verifyChosen();
