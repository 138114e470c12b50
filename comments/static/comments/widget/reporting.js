// Telling the editors that a comment breaks a rule.

import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { Refused } from "./server.js";

export async function openReport(view) {
  const { thread } = view;
  if (!thread.mine.may_post) {
    thread.say(thread.words.signInToReport);
    thread.writing.focus();
    return;
  }
  const book = await thread.attempt(() => thread.server.rules());
  if (book) new Report(view, book.rules).open();
}

class Report {
  constructor(view, rules) {
    Object.assign(this, { view, rules, thread: view.thread, words: view.thread.words });
    this.error = el("div", { class: "error", role: "alert" });
    this.note = el("textarea", { id: "report-note", rows: 2, dir: "auto", maxlength: 1000 });
  }

  open() {
    const { words, view } = this;
    const close = () => this.dialog.close();
    this.dialog = openDialog(
      this.thread.section,
      words.reportOf(view.author),
      el(
        "form",
        { class: "composer", novalidate: true, onsubmit: (event) => this.#submit(event) },
        el("fieldset", {}, el("legend", {}, words.whichRule), ...this.rules.map(choice)),
        el("label", { for: "report-note" }, words.reportNote),
        this.note,
        this.error,
        el(
          "div",
          { class: "row" },
          el("button", { class: "primary" }, words.sendReport),
          el("button", { type: "button", class: "plain", onclick: close }, words.cancel),
        ),
      ),
    );
  }

  async #submit(event) {
    event.preventDefault();
    const rule = new FormData(event.target).get("rule");
    if (!rule) {
      this.#refuse([this.words.chooseRule]);
      this.dialog.querySelector("input").focus();
      return;
    }
    try {
      const report = await this.thread.server.report(this.view.comment.id, rule, this.note.value);
      this.thread.mine.reports[this.view.comment.id] = report.outcome ?? "open";
    } catch (error) {
      this.#refuse(error instanceof Refused ? error.said(this.words) : [this.words.lost]);
      return;
    }
    this.dialog.close();
    this.view.redraw();
    this.view.article.focus();
    this.thread.say(this.words.reported);
  }

  #refuse(sentences) {
    this.error.replaceChildren(...sentences.map((sentence) => el("p", {}, sentence)));
  }
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
