// One comment as the reader sees it, with what the reader may do to it.

import { el, icon, prose } from "./dom.js";

const GONE = { removed: "removed", withdrawn: "withdrawn" };

export class CommentView {
  #isOpened = false; // its further actions
  #isShownOnce = false; // though its author is muted

  constructor(comment, thread) {
    this.thread = thread;
    this.article = el("article", { tabindex: -1, id: `comment-${comment.id}` });
    this.below = el("div"); // the form for an answer
    this.waiting = el("div", { class: "waiting" }); // the reader's own answers that wait for an editor
    this.replies = el("ol", { class: "replies", role: "list" });
    this.element = el("li", {}, this.article, this.below, this.waiting, this.replies);
    this.update(comment);
  }

  get author() {
    return this.comment.author || this.thread.words.former;
  }

  get isShown() {
    return this.comment.state === "published";
  }

  update(comment) {
    this.comment = comment;
    this.editor = null;
    this.redraw();
  }

  redraw() {
    const { comment, thread } = this;
    const { words } = thread;
    if (this.editor) return;
    if (!this.isShown) this.#say(words[GONE[comment.state]] ?? words.absent);
    else if (thread.muting.has(comment.author_id) && !this.#isShownOnce) this.#drawMuted();
    else this.#draw();
  }

  #draw() {
    this.#drawWith(el("div", { class: "text", dir: "auto" }, prose(this.comment.html)));
    this.article.append(this.#foot());
  }

  #drawWith(body) {
    this.article.className = "comment";
    this.article.setAttribute("aria-label", this.thread.words.commentBy(this.author));
    this.article.replaceChildren(this.#head(), body);
  }

  #drawMuted() {
    const { comment, thread } = this;
    const { words } = thread;
    this.#say(
      words.muted(this.author),
      this.#button(words.showOnce, () => this.#showOnce()),
      this.#button(words.unmute, () => thread.muting.toggle(comment.author_id, this.author)),
    );
  }

  #say(...line) {
    this.article.className = "tombstone";
    this.article.removeAttribute("aria-label");
    this.article.replaceChildren(el("p", {}, ...line));
  }

  #showOnce() {
    this.#isShownOnce = true;
    this.redraw();
    this.article.focus();
  }

  hideAgain() {
    this.#isShownOnce = false;
    this.redraw();
  }

  #head() {
    const { comment, thread } = this;
    const time = el("time", { datetime: comment.created_at });
    thread.times.tell(time);
    return el(
      "header",
      {},
      el("b", { dir: "auto" }, this.author),
      comment.in_reply_to && el("span", { class: "faint" }, thread.words.answers(comment.in_reply_to)),
      el("a", { class: "faint", href: `#comment-${comment.id}` }, time),
      comment.edited_at && el("span", { class: "faint" }, thread.words.edited),
    );
  }

  #foot() {
    const { comment, thread } = this;
    const { words, mine } = thread;
    const isOwn = mine.id !== null && comment.author_id === mine.id;
    return el(
      "footer",
      {},
      ...Object.entries(words.reactions).map(([kind, label]) => this.#reaction(kind, comment.reactions[kind], label)),
      thread.writing.isOpen && this.#button(words.reply, () => this.answer()),
      mine.editable.includes(comment.id) && this.#button(words.edit, () => thread.writing.edit(this)),
      isOwn && this.#button(words.withdraw, () => thread.writing.withdraw(this)),
      ...(isOwn ? [] : this.#further()),
    );
  }

  // The same words stand at every comment; whose it is, is said to those who do not see it.
  #button(label, act, attributes = {}) {
    return el(
      "button",
      { type: "button", class: "plain", "aria-label": `${label}: ${this.author}`, onclick: act, ...attributes },
      label,
    );
  }

  #further() {
    const { comment, thread } = this;
    const { words, muting } = thread;
    const label = muting.has(comment.author_id) ? words.unmute : words.mute;
    const actions = el(
      "span",
      { class: "further", hidden: !this.#isOpened },
      this.#report(),
      comment.author_id && this.#button(label, () => muting.toggle(comment.author_id, this.author)),
    );
    const toggle = el(
      "button",
      { type: "button", class: "plain", "aria-label": words.moreOf(this.author), title: words.more },
      icon("more"),
    );
    const show = () => {
      actions.hidden = !this.#isOpened;
      toggle.setAttribute("aria-expanded", String(this.#isOpened));
    };
    toggle.addEventListener("click", () => {
      this.#isOpened = !this.#isOpened;
      show();
    });
    show();
    return [toggle, actions];
  }

  #report() {
    const { comment, thread } = this;
    const outcome = thread.mine.reports[comment.id];
    if (outcome) return el("span", { class: "note" }, thread.words.reportOutcomes[outcome]);
    const open = async () => (await import("./letters.js")).report(this);
    return this.#button(thread.words.report, () => thread.attempt(open));
  }

  #reaction(kind, count, label) {
    const { comment, thread } = this;
    const isPressed = thread.mine.reactions[comment.id] === kind;
    return el(
      "button",
      {
        type: "button",
        class: "plain",
        "data-reaction": kind,
        "aria-pressed": String(isPressed),
        "aria-label": `${label}: ${count}`,
        title: label,
        onclick: () => thread.react(this, isPressed ? null : kind, kind),
      },
      icon(kind),
      String(count || ""),
    );
  }

  focusReaction(kind) {
    this.article.querySelector(`[data-reaction="${kind}"]`)?.focus();
  }

  // Writing

  answer() {
    this.openForm();
    this.form.focus();
  }

  openForm() {
    if (this.form) return;
    this.form = this.thread.writing.composer({
      label: this.thread.words.yourReply(this.author),
      submit: this.thread.words.reply,
      view: this,
      text: this.unsent,
      cancel: () => this.#giveUp(),
    });
    this.below.replaceChildren(this.form.form);
  }

  // What was given up does not open by itself again, yet is there if one changes one's mind.
  #giveUp() {
    this.unsent = this.form.text;
    this.form.forget();
    this.closeForm();
    this.article.querySelector("footer [aria-label]:not([aria-pressed])")?.focus();
  }

  closeForm() {
    this.form = null;
    this.below.replaceChildren();
  }

  openEditor(composer) {
    this.editor = composer;
    this.#drawWith(composer.form);
    composer.focus();
  }

  closeEditor() {
    this.update(this.comment);
    this.article.focus();
  }
}
