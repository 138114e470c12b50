// A dialog gives the focus back to what opened it: the browser sees to that.

import { el } from "./dom.js";

export function openDialog(section, title, ...content) {
  const dialog = el(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    el("h2", { id: "dialog-title", tabindex: -1, autofocus: true }, title),
    ...content.filter(Boolean),
  );
  dialog.addEventListener("close", () => dialog.remove());
  section.append(dialog);
  dialog.showModal();
  return dialog;
}

export async function ask(section, { question, yes, no }) {
  const form = el(
    "form",
    { method: "dialog", class: "row" },
    el("button", { value: "no" }, no),
    el("button", { class: "primary", value: "yes" }, yes),
  );
  const dialog = openDialog(section, question, form);
  await new Promise((resolve) => dialog.addEventListener("close", resolve));
  return dialog.returnValue === "yes";
}

export function showRules(section, words, book) {
  const rules = book.rules.map((rule) => el("li", {}, el("b", {}, rule.title), el("p", {}, rule.text)));
  const close = el("button", { class: "primary" }, words.close);
  openDialog(section, words.rules, el("ol", {}, ...rules), el("form", { method: "dialog" }, close));
}
