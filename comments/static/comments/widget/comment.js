// One comment as the reader sees it, with what the reader may do to it.

import { Composer } from "./composer.js";
import { el, icon, prose } from "./dom.js";

const GONE = { removed: "removed", withdrawn: "withdrawn" };

export class CommentView {
  constructor(comment, thread) {
    this.thread = thread;
    this.article = el("article", { tabindex: -1, id: `comment-${comment.id}` });
    this.replies = el("ol", { class: "replies" });
    this.below = el("div");
    this.element = el("li", {}, this.article, this.below, this.replies);
    this.update(comment);
  }

  update(comment) {
    this.comment = comment;
    this.editor = null;
    this.#draw();
  }

  #draw() {
    const { comment, thread } = this;
    const { words } = thread;
    if (comment.state !== "published") {
      this.#say(words[GONE[comment.state]] ?? words.absent);
      return;
    }
    if (thread.isMuted(comment.author_id) && !this.shownOnce) {
      this.#say(words.muted(this.author), el("button", { type: "button", class: "plain", onclick: () => this.#showOnce() }, words.showOnce));
      return;
    }
    this.article.className = "comment";
    this.article.setAttribute("aria-label", words.actions(this.author));
    this.article.replaceChildren(this.#head(), this.editor?.form ?? el("div", { class: "text" }, prose(comment.html)));
    if (!this.editor) this.article.append(this.#foot());
  }

  get author() {
    return this.comment.author || this.thread.words.former;
  }

  #say(...line) {
    this.article.className = "tombstone";
    this.article.removeAttribute("aria-label");
    this.article.replaceChildren(el("p", {}, ...line));
  }

  #showOnce() {
    this.shownOnce = true;
    this.#draw();
    this.article.focus();
  }

  #head() {
    const { comment, thread } = this;
    const time = el("time", { datetime: comment.created_at });
    thread.times.tell(time);
    return el(
      "header",
      {},
      el("b", {}, this.author),
      comment.answers && el("span", { class: "faint" }, thread.words.answers(comment.answers)),
      el("a", { class: "faint", href: `#comment-${comment.id}` }, time),
      comment.edited_at && el("span", { class: "faint" }, thread.words.edited),
    );
  }

  #foot() {
    const { comment, thread } = this;
    const { words, mine } = thread;
    const own = mine.id !== null && comment.author_id === mine.id;
    const button = (label, act, attributes = {}) =>
      el("button", { type: "button", class: "plain", onclick: act, ...attributes }, label);
    return el(
      "footer",
      {},
      this.#reaction("up", comment.up, words.agree),
      this.#reaction("down", comment.down, words.disagree),
      !mine.is_closed && button(words.reply, () => this.answer()),
      mine.editable.includes(comment.id) && button(words.edit, () => this.#edit()),
      own && button(words.withdraw, () => thread.withdraw(this)),
      !own && comment.author_id && button(
        thread.isMuted(comment.author_id) ? words.unmute : words.mute,
        () => thread.toggleMute(comment.author_id),
      ),
    );
  }

  #reaction(kind, count, label) {
    const { comment, thread } = this;
    const pressed = thread.mine.reactions[comment.id] === kind;
    return el(
      "button",
      {
        type: "button",
        class: "plain",
        "aria-pressed": String(pressed),
        "aria-label": `${label}: ${count}`,
        title: label,
        onclick: () => thread.react(this, pressed ? null : kind, kind),
      },
      icon(kind),
      String(count || ""),
    );
  }

  focusReaction(kind) {
    this.article.querySelectorAll("[aria-pressed]")[kind === "up" ? 0 : 1]?.focus();
  }

  answer() {
    const { thread, comment } = this;
    if (!this.form) {
      this.form = thread.composer({
        label: thread.words.yourReply(this.author),
        submit: thread.words.reply,
        parent: comment.id,
        cancel: () => this.closeForm(),
      });
      this.below.replaceChildren(this.form.form);
    }
    this.form.focus();
  }

  closeForm() {
    this.form = null;
    this.below.replaceChildren();
    this.article.querySelector("footer button")?.focus();
  }

  async #edit() {
    const { thread, comment } = this;
    const { text } = await thread.textOf(comment.id);
    this.editor = new Composer({
      words: thread.words,
      label: thread.words.yours,
      submit: thread.words.save,
      text,
      cancel: () => this.update(this.comment),
      send: async (typed) => thread.edited(this, await thread.server.edit(comment.id, typed)),
    });
    this.#draw();
    this.editor.focus();
  }

  redraw() {
    if (!this.editor) this.#draw();
  }
}
