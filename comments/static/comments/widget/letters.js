// Writing to the editors: a report of a comment, a complaint about the publication's own work, an
// appeal. Fetched when first asked for.

import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { newKey, Refused } from "./server.js";

// `fields` are what is asked for; `send(said)` resolves when it is sent, and `done` follows with what
// came of it when the dialog is closed.
function openLetter({ thread, title, lead, fields, submit, send, done }) {
  const { words } = thread;
  const error = el("div", { class: "error", role: "alert" });
  const close = () => dialog.close();
  const form = el(
    "form",
    { class: "composer", novalidate: true },
    ...fields,
    error,
    el(
      "div",
      { class: "row" },
      el("button", { class: "primary" }, submit),
      el("button", { type: "button", class: "plain", onclick: close }, words.cancel),
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const sent = await send(Object.fromEntries(new FormData(form)));
      close();
      await done(sent);
    } catch (refusal) {
      const said = refusal instanceof Refused ? refusal.said(words) : [words.lost];
      error.replaceChildren(...said.map((sentence) => el("p", {}, sentence)));
      form.querySelector("textarea, input").focus();
    }
  });
  const dialog = openDialog(thread.section, title, lead && el("p", {}, lead), form);
}

function field(name, label, { tag = "input", value = "", ...attributes } = {}) {
  const id = `letter-${name}`;
  const control = el(tag, { id, name, ...attributes });
  control.value = value;
  return [el("label", { for: id }, label), control];
}

export function complain(thread, text, sent = () => {}) {
  const { words, about, mine, server } = thread;
  const key = newKey();
  const asked = [
    field("text", words.whatIsWrong, { tag: "textarea", rows: 6, dir: "auto", value: text }),
    mine.id === null && field("name", words.yourName, { autocomplete: "name", maxlength: 100 }),
    mine.id === null && field("email", words.yourEmail, { type: "email", autocomplete: "email" }),
  ];
  openLetter({
    thread,
    title: words.complaint,
    lead: words.complaintGoesTo(about.complaints_email),
    fields: asked.filter(Boolean).flat(),
    submit: words.sendComplaint,
    send: (said) => server.complain(said, key),
    done: ({ number }) => {
      sent();
      thread.say(words.complaintSent(number));
    },
  });
}

export function appeal(thread, comment, made) {
  const { words, server } = thread;
  openLetter({
    thread,
    title: words.appeal,
    lead: words.appealIsRead,
    fields: field("text", words.whyWrong, { tag: "textarea", rows: 5, dir: "auto", maxlength: 3000 }),
    submit: words.sendAppeal,
    send: ({ text }) => server.appeal(comment.id, text),
    done: async () => {
      await made();
      thread.say(words.appealMade);
    },
  });
}

export async function report(view) {
  const { thread } = view;
  const { words, mine, server, writing } = thread;
  if (!mine.may_post) {
    thread.say(words.signInToReport);
    writing.focus();
    return;
  }
  const { rules } = await server.rules();
  openLetter({
    thread,
    title: words.reportOf(view.author),
    fields: [
      el("fieldset", {}, el("legend", {}, words.whichRule), ...rules.map(choice)),
      ...field("note", words.reportNote, { tag: "textarea", rows: 2, dir: "auto", maxlength: 1000 }),
    ],
    submit: words.sendReport,
    send: ({ rule, note }) => {
      if (!rule) throw new Refused(422, { detail: words.chooseRule });
      return server.report(view.comment.id, rule, note);
    },
    done: ({ outcome }) => {
      mine.reports[view.comment.id] = outcome ?? "open";
      view.redraw();
      view.article.focus();
      thread.say(words.reported);
    },
  });
}

function choice({ code, title, text }) {
  const id = `rule-${code}`;
  return el(
    "div",
    { class: "choice" },
    el("input", { type: "radio", name: "rule", value: code, id, "aria-describedby": `${id}-text` }),
    el("div", {}, el("label", { for: id }, title), el("p", { class: "note", id: `${id}-text` }, text)),
  );
}
