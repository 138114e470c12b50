// Forms in dialogs: a report of a comment, a complaint about the publication's own work, an appeal. Loaded
// when the first of them is opened.

import { ask, openDialog } from "./dialogs.js";
import { el, plainButton } from "./dom.js";
import { watchFocus } from "./focus.js";
import { ApiError, newKey } from "./server.js";
import { loadDialogStrings } from "./strings.js";

/**
 * `send` resolves when the server has the form; then the dialog closes, and `done` follows. It may move the
 * focus if the reader has not.
 *
 * @template Result
 * @param {Pick<Widget.DialogContext, "root" | "section" | "strings">} context
 * @param {{
 *   title: string,
 *   lead?: string,
 *   fields: Element[],
 *   submit: string,
 *   send(values: Record<string, string>): Promise<Result>,
 *   done(result: Result, mayFocus: boolean): unknown,
 * }} options
 */
function openForm({ root, section, strings }, { title, lead, fields, submit, send, done }) {
  const errors = el("div", { class: "error", role: "alert" });
  const close = () => dialog.close();
  const form = el(
    "form",
    { class: "composer", novalidate: true },
    ...fields,
    errors,
    el("div", { class: "row" }, el("button", { class: "primary" }, submit), plainButton(strings.cancel, close)),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    const isUnmoved = watchFocus(root);
    // What is typed after this would not be sent, and the dialog closes.
    hold(form, true);
    try {
      const result = await send(Object.fromEntries(values));
      // Closing the dialog moves it back to what opened the dialog.
      const mayFocus = isUnmoved();
      close();
      await done(result, mayFocus);
    } catch (error) {
      const sentences = error instanceof ApiError ? error.explain(strings) : [strings.connectionLost];
      errors.replaceChildren(...sentences.map((sentence) => el("p", {}, sentence)));
      /** @type {HTMLElement | null} */
      const field = form.querySelector("textarea, input");
      if (isUnmoved()) field?.focus();
    } finally {
      hold(form, false);
    }
  });
  const dialog = openDialog(section, title, lead && el("p", {}, lead), form);
}

/** @param {HTMLFormElement} form @param {boolean} isHeld */
function hold(form, isHeld) {
  /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */
  const fields = form.querySelectorAll("input, textarea");
  for (const field of fields) field.readOnly = isHeld;
}

/**
 * @param {string} name
 * @param {string} label
 * @param {HTMLInputElement | HTMLTextAreaElement} control
 */
function labelled(name, label, control) {
  control.name = name;
  control.id = `dialog-${name}`;
  return [el("label", { for: control.id }, label), control];
}

/** @param {string} name @param {string} label @param {Record<string, unknown>} attributes */
const input = (name, label, attributes) => labelled(name, label, el("input", attributes));

/** @param {string} name @param {string} label @param {Record<string, unknown>} attributes */
const textarea = (name, label, attributes) => labelled(name, label, el("textarea", { dir: "auto", ...attributes }));

/**
 * Resolves to "complaint", "comment", or "" where the reader chose neither.
 *
 * @param {Pick<Widget.Context, "section" | "strings">} context
 * @param {string} email of those who look into complaints
 */
export async function askIfComplaint(context, email) {
  const strings = await loadDialogStrings(context.strings);
  return ask(
    context.section,
    strings.commentOrComplaint,
    strings.looksLikeComplaint(email),
    el("button", { class: "primary", value: "complaint" }, strings.writeToEditors),
    el("button", { value: "comment" }, strings.postAnyway),
    el("button", { class: "plain", value: "" }, strings.cancel),
  );
}

/**
 * @param {Pick<Widget.Context, "root" | "section" | "server" | "status" | "store" | "strings">} context
 * @param {string} email of those who look into complaints
 * @param {string} text
 * @param {() => void} sent
 */
export async function openComplaint(context, email, text, sent) {
  const { server, status, store } = context;
  const strings = await loadDialogStrings(context.strings);
  const key = newKey();
  const [label, area] = textarea("text", strings.whatIsWrong, { rows: 6 });
  if (area instanceof HTMLTextAreaElement) area.value = text;
  const sender = [
    ...input("name", strings.yourName, { autocomplete: "name", maxlength: 100 }),
    ...input("email", strings.yourEmail, { type: "email", autocomplete: "email" }),
  ];
  openForm(
    { ...context, strings },
    {
      title: strings.complaint,
      lead: strings.complaintGoesTo(email),
      fields: [label, area, ...(store.isSignedIn ? [] : sender)].filter((field) => field !== undefined),
      submit: strings.sendComplaint,
      send: (values) => server.complain(values, key),
      done: ({ number }) => {
        sent();
        status.say(strings.complaintSent(number));
      },
    },
  );
}

/**
 * @param {Pick<Widget.Context, "root" | "section" | "server" | "status" | "strings">} context
 * @param {number} id of the comment
 * @param {(mayFocus: boolean) => Promise<void>} sent
 */
export async function openAppeal(context, id, sent) {
  const { server, status } = context;
  const strings = await loadDialogStrings(context.strings);
  openForm(
    { ...context, strings },
    {
      title: strings.appeal,
      lead: strings.appealIsRead,
      fields: textarea("text", strings.whyWrong, { rows: 5, maxlength: 3000 }),
      submit: strings.sendAppeal,
      send: ({ text = "" }) => server.appeal(id, text),
      done: async (_result, mayFocus) => {
        await sent(mayFocus);
        status.say(strings.appealSent);
      },
    },
  );
}

/**
 * @param {Pick<Widget.Context, "root" | "section" | "server" | "status" | "store" | "strings">} context
 * @param {Widget.CommentView} view
 */
export async function openReport(context, view) {
  const { server, status, store } = context;
  const [strings, { rules }] = await Promise.all([loadDialogStrings(context.strings), server.rules()]);
  openForm(
    { ...context, strings },
    {
      title: strings.reportOf(view.author),
      fields: [
        el("fieldset", {}, el("legend", {}, strings.whichRule), ...rules.map(choice)),
        ...textarea("note", strings.reportNote, { rows: 2, maxlength: 1000 }),
      ],
      submit: strings.sendReport,
      send: async ({ rule, note = "" }) => {
        if (!rule) throw new ApiError(422, { detail: strings.chooseRule });
        return server.report(view.id, rule, note);
      },
      done: ({ outcome }, mayFocus) => {
        store.setReport(view.id, outcome ?? "open");
        if (mayFocus) view.focus();
        status.say(strings.reported);
      },
    },
  );
}

/** @param {Api.Rule} rule */
function choice({ code, title, text }) {
  const id = `rule-${code}`;
  return el(
    "div",
    { class: "choice" },
    el("input", { type: "radio", name: "rule", value: code, id, "aria-describedby": `${id}-text` }),
    el("div", {}, el("label", { for: id }, title), el("p", { class: "note", id: `${id}-text` }, text)),
  );
}
