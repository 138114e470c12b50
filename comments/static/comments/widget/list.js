// The comments on the page: loads them, and draws each where it belongs.

import { CommentView } from "./comment.js";
import { el, plainButton } from "./dom.js";
import { watchFocus } from "./focus.js";

/** @type {("oldest" | "newest" | "best")[]} */
const SORTS = ["oldest", "newest", "best"];

export class CommentList {
  /** By the comment's id. @type {Map<number, Widget.CommentView>} */
  views = new Map();
  element = el("ol", { class: "thread", role: "list" });

  /**
   * @param {Pick<Widget.Context, "root" | "server" | "status" | "store" | "strings" | "times">} context
   * @param {Widget.CommentActions} actions
   */
  constructor(context, actions) {
    const { root, server, status, store, strings } = context;
    this.context = context;
    this.actions = actions;
    this.root = root;
    this.server = server;
    this.status = status;
    this.store = store;
    this.strings = strings;
    this.sorts = SORTS.map((sort) => {
      const onclick = () => this.sort(sort);
      return el("button", { type: "button", class: "plain", onclick }, strings[sort]);
    });
    this.heading = el("h2", { id: "heading", tabindex: -1 }, strings.comments);
    this.empty = el("p", { class: "faint", hidden: true }, strings.empty);
    this.more = el("button", { type: "button", hidden: true, onclick: () => this.#loadMore() }, strings.moreComments);
    this.all = el("button", { type: "button", hidden: true, onclick: () => this.sort(store.sort) }, strings.all);
    store.on("page", (page) => this.#draw(page));
    store.on("posted", (comment) => this.#drawPosted(comment));
    store.on("comment", (id) => this.views.get(id)?.draw());
    store.on("muted", (authorId) => this.#drawMuted(authorId));
    store.on("sign-in", () => {
      for (const view of this.views.values()) view.draw();
    });
  }

  // Loading

  /** @param {Widget.PageQuery} query */
  async load(query) {
    const page = await this.server.comments(query);
    this.views.clear();
    this.element.replaceChildren();
    this.store.replacePage(query, page);
    this.all.hidden = !query.comment;
  }

  /** @param {string} sort */
  async sort(sort) {
    this.store.sort = sort;
    await this.status.attempt(() => this.load({ sort }));
  }

  async #loadMore() {
    const query = this.store.nextQuery;
    const mayFocus = watchFocus(this.root);
    const page = await this.status.attempt(() => this.server.comments(query));
    if (!page) return;
    this.store.addPage(query, page);
    const [first] = page.branches;
    if (first && mayFocus()) this.focus(first.comment.id);
  }

  // Drawing

  /** @param {Widget.Page} page */
  #draw({ branches }) {
    for (const branch of branches) this.#drawBranch(branch);
    this.more.hidden = !this.store.hasMore;
    for (const [index, button] of this.sorts.entries()) {
      button.setAttribute("aria-pressed", String(SORTS[index] === this.store.sort));
    }
    this.#showIfEmpty();
  }

  #showIfEmpty() {
    this.empty.hidden = this.views.size > 0 || this.store.viewer.hidden.length > 0;
  }

  /** @param {Api.Branch} branch */
  #drawBranch({ comment, replies, more }) {
    const root = this.#add(comment, this.element);
    for (const reply of replies) this.#add(reply, this.#placeOf(reply, root));
    if (more) root.element.append(this.#moreReplies(root, more));
  }

  /** @param {Api.Comment} reply @param {Widget.CommentView} root */
  #placeOf({ parent }, root) {
    return (this.views.get(parent ?? 0) ?? root).replies;
  }

  /**
   * @param {Api.Comment} comment
   * @param {Element} list
   * @param {"append" | "prepend"} [where]
   */
  #add({ id }, list, where = "append") {
    const view = new CommentView(id, this.context, this.actions);
    this.views.set(id, view);
    list[where](view.element);
    if (this.element.isConnected) this.actions.reopen(view);
    return view;
  }

  /** @param {Api.Comment} comment */
  #drawPosted(comment) {
    const list = this.views.get(comment.parent ?? 0)?.replies ?? this.element;
    const isFirst = !comment.parent && this.store.sort === "newest";
    this.#add(comment, list, isFirst ? "prepend" : "append");
    this.#showIfEmpty();
  }

  /** @param {Widget.CommentView} root @param {string} cursor */
  #moreReplies(root, cursor) {
    const button = plainButton(this.strings.moreReplies, async () => {
      const mayFocus = watchFocus(this.root);
      const page = await this.status.attempt(() => this.server.replies(root.id, cursor));
      if (!page) return;
      const replies = this.store.addReplies(root.id, cursor, page);
      for (const reply of replies) this.#add(reply, this.#placeOf(reply, root));
      if (page.next_cursor) button.replaceWith(this.#moreReplies(root, page.next_cursor));
      else button.remove();
      this.actions.drawOwn();
      if (replies[0] && mayFocus()) this.focus(replies[0].id);
    });
    return button;
  }

  /** @param {number} authorId */
  #drawMuted(authorId) {
    const views = [...this.views.values()].filter(({ comment }) => comment.author_id === authorId);
    const pressed = views.find(({ article }) => article.contains(this.root.activeElement));
    for (const view of views) view.hideAgain();
    pressed?.focus();
  }

  /** Draw what the server has now, unless it is being edited. @param {Api.Comment} comment */
  refresh(comment) {
    const view = this.views.get(comment.id);
    if (!view || view.isEdited) return;
    const focused = this.root.activeElement;
    const hasFocus = view.article.contains(focused);
    this.store.update(comment.id, comment);
    if (hasFocus) view.focus(focused?.getAttribute("aria-label"));
  }

  /** @param {number} id */
  focus(id) {
    this.views.get(id)?.focus();
  }

  // One comment by its address

  /** @param {number} id @param {boolean} [isReply] */
  async show(id, isReply) {
    const mayFocus = watchFocus(this.root);
    if (!this.views.has(id)) await this.status.attempt(() => this.load({ sort: "oldest", comment: String(id) }));
    if (mayFocus()) this.reveal(id, isReply);
  }

  /** @param {number} id @param {boolean} [isReply] the reader wants to reply to it */
  reveal(id, isReply = false) {
    const wanted = this.views.get(id);
    if (!wanted) {
      this.status.say(this.strings.notFound);
      this.actions.focusOwn(id);
      return;
    }
    for (const { article } of this.views.values()) article.classList.remove("target");
    wanted.article.classList.add("target");
    wanted.article.scrollIntoView({ block: "center" });
    wanted.article.focus({ preventScroll: true });
    if (isReply && this.store.isOpen && wanted.isShown) wanted.reply();
  }
}
