// The reader's own comments that nobody else sees: what became of them, and why.

import { el, prose } from "./dom.js";

const SAID = { held: "held", rejected: "rejected", removed: "removedOwn" };

const plain = (label, act) => el("button", { type: "button", class: "plain", onclick: act }, label);

export class Own {
  list = el("div", { class: "waiting" });
  #editing = null;

  constructor(thread) {
    this.thread = thread;
  }

  get hasHeld() {
    return this.thread.mine.hidden.some(({ comment }) => comment.state === "held");
  }

  // Answers stand below what they answer, the others at the top.
  draw() {
    if (this.#editing) return;
    const { views, mine } = this.thread;
    this.list.replaceChildren();
    for (const view of views.values()) view.waiting.replaceChildren();
    for (const hidden of mine.hidden) {
      (views.get(hidden.comment.parent)?.waiting ?? this.list).append(this.#article(hidden));
    }
  }

  focus(id) {
    this.thread.section.querySelector(`#own-${id}`)?.focus();
  }

  #article(hidden) {
    const { comment, rule, reasons, explanation, appeal: made } = hidden;
    const { words, mine, times } = this.thread;
    const time = el("time", { datetime: comment.created_at });
    times.tell(time);
    return el(
      "article",
      { class: "comment own", id: `own-${comment.id}`, tabindex: -1, "aria-label": words.commentBy(mine.name) },
      el("header", {}, el("b", { dir: "auto" }, mine.name), el("span", { class: "faint" }, time)),
      el("div", { class: "text", dir: "auto" }, prose(comment.html)),
      el(
        "div",
        { class: "why" },
        el("p", {}, words[SAID[comment.state]], " ", rule && words.rule(rule.title)),
        explanation && el("p", {}, explanation),
        ...reasons.map((sentence) => el("p", {}, sentence)),
        made && el("p", {}, words.appeals[made.status], " ", made.answer),
      ),
      comment.state === "held" ? this.#actions(hidden) : hidden.appeal_until && this.#appeal(comment),
    );
  }

  #actions({ comment, offers_complaint: isComplaint }) {
    const { words, mine } = this.thread;
    const isEditable = mine.editable.includes(comment.id);
    const place = el("footer");
    place.append(
      ...(isEditable ? [plain(words.edit, () => this.#edit(comment, place))] : []),
      plain(words.withdraw, () => this.#withdraw(comment)),
      ...(isComplaint ? [plain(words.writeToEditors, () => this.thread.writing.complain(comment.text))] : []),
    );
    return place;
  }

  #appeal(comment) {
    const { thread } = this;
    const made = async () => {
      await thread.learnMine();
      this.draw();
      this.focus(comment.id);
    };
    const open = async () => (await import("./letters.js")).appeal(thread, comment, made);
    return el(
      "footer",
      {},
      plain(thread.words.appealThis, () => thread.attempt(open)),
    );
  }

  #edit(comment, place) {
    const { thread } = this;
    const done = () => {
      this.#editing = null;
      this.draw();
    };
    this.#editing = thread.writing.editor(comment, {
      saved: async (own) => {
        await thread.learnMine();
        done();
        if (own.state === "published") await thread.show(own.id);
        else this.focus(own.id);
        thread.say(own.state === "published" ? thread.words.published : thread.words.saved);
      },
      cancel: () => {
        done();
        this.focus(comment.id);
      },
    });
    place.replaceChildren(this.#editing.form);
    this.#editing.focus();
  }

  async #withdraw(comment) {
    if (!(await this.thread.writing.withdrawn(comment.id))) return;
    this.draw();
    this.thread.writing.main?.focus();
  }
}
