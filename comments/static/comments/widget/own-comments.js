// The viewer's own comments that nobody else sees: what became of them, and why.

import { el, plainButton, sanitized, written } from "./dom.js";
import { watchFocus } from "./focus.js";

export class OwnComments {
  /** Those that are no replies, or replies to comments that are not on the page. */
  element = el("div", { class: "waiting" });
  /** @type {Widget.Composer | null} */
  #editor = null;
  #drawn = "";

  /**
   * @param {Pick<Widget.Context, "root" | "store" | "strings" | "times">} context
   * @param {Map<number, Widget.CommentView>} views
   * @param {Widget.OwnActions} actions
   */
  constructor({ root, store, strings, times }, views, actions) {
    this.root = root;
    this.store = store;
    this.strings = strings;
    this.times = times;
    this.views = views;
    this.actions = actions;
    // The viewer is loaded every few seconds: a button that has the focus must not be drawn again.
    store.on("viewer", () => this.#state !== this.#drawn && this.draw());
    store.on("page", () => this.draw());
  }

  get #state() {
    const { hidden, editable, name } = this.store.viewer;
    return JSON.stringify([hidden, editable, name]);
  }

  draw() {
    if (this.#editor) return;
    const { store, views } = this;
    this.#drawn = this.#state;
    this.element.replaceChildren();
    for (const { waiting } of views.values()) waiting.replaceChildren();
    for (const hidden of store.viewer.hidden) {
      const place = views.get(hidden.comment.parent ?? 0)?.waiting ?? this.element;
      place.append(this.#article(hidden));
    }
  }

  /** False where the viewer has no such comment. @param {number} id @param {string} [act] of the button to focus */
  focus(id, act) {
    const article = this.root.getElementById(`own-${id}`);
    /** @type {HTMLElement | null | undefined} */
    const button = article?.querySelector(`[data-act="${act}"]`);
    (button ?? article)?.focus();
    return article !== null;
  }

  /** @param {Api.HiddenComment} hidden */
  #article(hidden) {
    const { comment, rule, reasons, explanation, appeal, appeal_until } = hidden;
    const { store, strings, times } = this;
    const { name } = store.viewer;
    const { language } = strings;
    const time = el("time", { datetime: comment.created_at });
    times.show(time);
    return el(
      "article",
      {
        class: "comment own",
        id: `own-${comment.id}`,
        tabindex: -1,
        "aria-label": strings.commentBy(this.#whose(comment)),
      },
      el("header", {}, written("b", language, {}, name), el("span", { class: "faint" }, time)),
      written("div", language, { class: "text" }, sanitized(comment.html)),
      el(
        "div",
        { class: "why" },
        el("p", {}, this.#decision(comment.state), " ", rule && strings.rule(rule.title)),
        explanation && written("p", language, {}, explanation),
        ...reasons.map((reason) => el("p", {}, reason)),
        appeal && el("p", {}, strings.appeals[appeal.status], " ", written("span", language, {}, appeal.answer)),
      ),
      comment.state === "held" ? this.#footer(hidden) : appeal_until && this.#appeal(comment),
    );
  }

  /** All are of one author, so their times tell them apart. @param {Api.OwnComment} comment */
  #whose({ created_at }) {
    return `${this.store.viewer.name}, ${this.times.tellApart(created_at)}`;
  }

  /** @param {Api.CommentState} state */
  #decision(state) {
    const { held, rejected, ownRemoved } = this.strings;
    return { held, rejected, removed: ownRemoved, published: "", withdrawn: "" }[state];
  }

  /** @param {Api.HiddenComment} hidden */
  #footer({ comment, offers_complaint }) {
    const { actions, store, strings } = this;
    const footer = el("footer");
    const whose = this.#whose(comment);
    const isEditable = store.viewer.editable.includes(comment.id);
    footer.append(
      ...(isEditable ? [plainButton(strings.edit, () => this.#edit(comment, footer), "edit", whose)] : []),
      plainButton(strings.withdraw, () => actions.withdraw(comment.id), "withdraw", whose),
      ...(offers_complaint ? [plainButton(strings.writeToEditors, () => actions.complain(comment.text))] : []),
    );
    return footer;
  }

  /** @param {Api.OwnComment} comment */
  #appeal(comment) {
    const { actions, strings } = this;
    const appeal = plainButton(strings.appealThis, () => actions.appeal(comment.id), "appeal", this.#whose(comment));
    return el("footer", {}, appeal);
  }

  /** @param {Api.OwnComment} comment @param {Element} footer */
  async #edit(comment, footer) {
    const close = () => {
      this.#editor = null;
      this.draw();
    };
    const mayFocus = watchFocus(this.root);
    const editor = await this.actions.editor(comment, close);
    // While it was loaded, the comment may have been drawn again.
    if (!editor || !footer.isConnected) return;
    this.#editor = editor;
    footer.replaceChildren(editor.form);
    if (mayFocus()) editor.focus();
  }
}
