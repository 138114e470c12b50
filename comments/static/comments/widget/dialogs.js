// Browsers return the focus to what opened a dialog.

import { el } from "./dom.js";

/**
 * @param {Element} section
 * @param {string} title
 * @param {...(Node | string | false | null | undefined)} content
 */
export function openDialog(section, title, ...content) {
  const dialog = el(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    el("h2", { id: "dialog-title", tabindex: -1, autofocus: true }, title),
    ...content,
  );
  dialog.addEventListener("close", () => dialog.remove());
  section.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Ask a question that is answered by a button; resolves to the value of that button, or to "" where the
 * dialog was dismissed.
 *
 * @param {Element} section
 * @param {string} title
 * @param {string | null} lead
 * @param {...HTMLButtonElement} buttons
 * @returns {Promise<string>}
 */
export function ask(section, title, lead, ...buttons) {
  const form = el("form", { method: "dialog", class: "row" }, ...buttons);
  const dialog = openDialog(section, title, lead && el("p", {}, lead), form);
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue)));
}

/**
 * @param {Element} section
 * @param {Strings} strings
 * @param {Api.Rulebook} rulebook
 */
export function showRules(section, strings, { rules }) {
  const items = rules.map(({ title, text }) => el("li", {}, el("b", {}, title), el("p", {}, text)));
  const close = el("button", { class: "primary" }, strings.close);
  openDialog(section, strings.rules, el("ol", {}, ...items), el("form", { method: "dialog" }, close));
}
