// One comment as the viewer sees it, with what the viewer may do to it.

import { el, icon, plainButton, sanitized, written } from "./dom.js";
import { onThisPage } from "./server.js";

export class CommentView {
  /** The menu with reporting and hiding the author. */
  #isMenuOpen = false;
  /** This comment is shown although its author is hidden. */
  #isShownOnce = false;
  /** @type {Widget.Composer | null} */
  #editor = null;
  /** @type {Widget.Composer | null} */
  #replyForm = null;
  /** The text of a reply that the reader has given up. */
  unsent = "";

  /**
   * @param {number} id
   * @param {Pick<Widget.Context, "store" | "strings" | "times">} context
   * @param {Widget.CommentActions} actions
   */
  constructor(id, { store, strings, times }, actions) {
    this.id = id;
    this.store = store;
    this.strings = strings;
    this.times = times;
    this.actions = actions;
    this.article = el("article", { tabindex: -1, id: `comment-${id}` });
    this.below = el("div"); // the form for a reply
    this.waiting = el("div", { class: "waiting" }); // the viewer's own replies that nobody else sees
    this.replies = el("ol", { class: "replies", role: "list" });
    this.element = el("li", {}, this.article, this.below, this.waiting, this.replies);
    this.draw();
  }

  get comment() {
    return /** @type {Api.Comment} */ (this.store.comments.get(this.id));
  }

  get author() {
    return this.comment.author || this.strings.former;
  }

  get isShown() {
    return this.comment.state === "published";
  }

  get isEdited() {
    return this.#editor !== null;
  }

  /** The author, with the time where the page has several comments of theirs: their buttons are told apart by it. */
  get #whose() {
    const { author_id, created_at } = this.comment;
    const byAuthor = [...this.store.comments.values()].filter((each) => each.author_id === author_id);
    return byAuthor.length > 1 ? `${this.author}, ${this.times.tellApart(created_at)}` : this.author;
  }

  /** @param {string | null} [act] of the button to focus, if it is there */
  focus(act) {
    /** @type {HTMLElement | null} */
    const button = act ? this.article.querySelector(`[data-act="${act}"]`) : null;
    (button ?? this.article).focus();
  }

  draw() {
    const { comment, store, strings } = this;
    if (this.#editor) return;
    if (!this.isShown) this.#drawLine(this.#reasonNotShown());
    else if (store.isMuted(comment.author_id) && !this.#isShownOnce) {
      this.#drawLine(
        strings.muted(this.author),
        this.#button("show", strings.showOnce, () => this.#showOnce()),
        this.#button("mute", strings.unmute, () => this.actions.toggleMuted(this)),
      );
    } else {
      this.#drawWith(written("div", strings.language, { class: "text" }, sanitized(comment.html)));
      this.article.append(this.#footer());
    }
  }

  #reasonNotShown() {
    const { state } = this.comment;
    const { strings } = this;
    if (state === "removed" || state === "withdrawn") return strings[state];
    return strings.absent;
  }

  /** @param {Element} body */
  #drawWith(body) {
    this.article.className = "comment";
    this.article.setAttribute("aria-label", this.strings.commentBy(this.#whose));
    this.article.replaceChildren(this.#header(), body);
  }

  /** @param {...(string | Node)} line */
  #drawLine(...line) {
    this.article.className = "tombstone";
    this.article.removeAttribute("aria-label");
    this.article.replaceChildren(el("p", {}, ...line));
  }

  #showOnce() {
    this.#isShownOnce = true;
    this.draw();
    this.focus();
  }

  hideAgain() {
    this.#isShownOnce = false;
    this.draw();
  }

  #header() {
    const { id, comment, strings, times } = this;
    const time = el("time", { datetime: comment.created_at });
    times.show(time);
    return el(
      "header",
      {},
      written("b", strings.language, {}, this.author),
      comment.author_badge && el("span", { class: "badge" }, strings.badges[comment.author_badge]),
      comment.in_reply_to && el("span", { class: "faint" }, strings.inReplyTo(comment.in_reply_to)),
      el("a", { class: "faint", href: onThisPage(`#comment-${id}`) }, time),
      comment.edited_at && el("span", { class: "faint" }, strings.edited),
    );
  }

  #footer() {
    const { id, comment, actions, store, strings } = this;
    const isOwn = store.isOwn(comment);
    return el(
      "footer",
      {},
      ...this.#reactions(),
      store.isOpen && this.#button("reply", strings.reply, () => this.reply()),
      store.viewer.editable.includes(id) && this.#button("edit", strings.edit, () => actions.edit(this)),
      isOwn && this.#button("withdraw", strings.withdraw, () => actions.withdraw(this)),
      ...(isOwn ? [] : this.#menu()),
    );
  }

  /** @param {string} act @param {string} label @param {() => unknown} onclick */
  #button(act, label, onclick) {
    return plainButton(label, onclick, act, this.#whose);
  }

  #menu() {
    const { comment, actions, store, strings } = this;
    const label = store.isMuted(comment.author_id) ? strings.unmute : strings.mute;
    const items = el(
      "span",
      { class: "further" },
      this.#report(),
      comment.author_id !== null && this.#button("mute", label, () => actions.toggleMuted(this)),
    );
    const attributes = {
      type: "button",
      class: "plain",
      "data-act": "more",
      "aria-label": strings.moreOf(this.#whose),
      title: strings.more,
    };
    const toggle = el("button", attributes, icon("more"));
    const show = () => {
      items.hidden = !this.#isMenuOpen;
      toggle.setAttribute("aria-expanded", String(this.#isMenuOpen));
    };
    toggle.addEventListener("click", () => {
      this.#isMenuOpen = !this.#isMenuOpen;
      show();
    });
    show();
    return items.firstChild ? [toggle, items] : [];
  }

  #report() {
    const { store, strings } = this;
    const { can_report, reports } = store.viewer;
    const outcome = reports[this.id];
    if (outcome) return el("span", { class: "note" }, strings.reportOutcomes[outcome]);
    // Anonymous readers are asked to sign in.
    return (can_report || !store.isSignedIn) && this.#button("report", strings.report, () => this.actions.report(this));
  }

  #reactions() {
    const { reactions } = this.strings;
    const kinds = /** @type {Api.ReactionKind[]} */ (Object.keys(reactions));
    return kinds.map((kind) => this.#reaction(kind, reactions[kind]));
  }

  /** @param {Api.ReactionKind} kind @param {string} title */
  #reaction(kind, title) {
    const { store } = this;
    const count = this.comment.reactions[kind];
    const isPressed = store.viewer.reactions[this.id] === kind;
    // The server refuses to count these; taking one's reaction back is always allowed.
    if (store.isOwn(this.comment) || (store.viewer.sanction && !isPressed)) {
      const words = el("span", { class: "unseen" }, `${title}: ${count}`);
      return el("span", { class: "tally" }, icon(kind), el("span", { "aria-hidden": "true" }, String(count)), words);
    }
    const attributes = {
      type: "button",
      class: "plain",
      "data-act": kind,
      "aria-pressed": String(isPressed),
      "aria-label": `${title}: ${count}. ${this.strings.commentBy(this.#whose)}`,
      title,
      onclick: () => this.actions.react(this, kind, !isPressed),
    };
    return el("button", attributes, icon(kind), String(count || ""));
  }

  // Replying

  reply() {
    this.openReplyForm().focus();
  }

  openReplyForm() {
    if (!this.#replyForm) {
      this.#replyForm = this.actions.replyForm(this, () => this.#giveUpReply());
      this.below.replaceChildren(this.#replyForm.form);
    }
    return this.#replyForm;
  }

  // It does not open again by itself, yet the text is there if the reader thinks better of it.
  #giveUpReply() {
    if (!this.#replyForm) return;
    const { text } = this.#replyForm;
    this.#replyForm.deleteDraft();
    this.closeReplyForm();
    this.unsent = text;
    this.focus("reply");
  }

  closeReplyForm() {
    this.#replyForm = null;
    this.unsent = "";
    this.below.replaceChildren();
  }

  // Editing

  /** @param {Widget.Composer} editor */
  openEditor(editor) {
    this.#editor = editor;
    this.#drawWith(editor.form);
  }

  closeEditor() {
    this.#editor = null;
    this.draw();
  }
}
