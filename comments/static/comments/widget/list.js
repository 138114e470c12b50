// The comments on the page: loads them, and draws each where it belongs.

import { CommentView } from "./comment.js";
import { el, plainButton } from "./dom.js";
import { watchFocus } from "./focus.js";

/** @type {("oldest" | "newest" | "best")[]} */
const SORTS = ["oldest", "newest", "best"];

/** @param {Widget.Page} page @param {string} id */
function has({ branches }, id) {
  return branches.some(({ comment, replies }) => [comment, ...replies].some((each) => String(each.id) === id));
}

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
    const count = el("span", { class: "faint" });
    this.heading = el("h2", { id: "heading", tabindex: -1 }, strings.comments, " ", count);
    this.announcement = el("span", { class: "unseen", role: "status" });
    this.empty = el("p", { class: "faint", hidden: true }, strings.empty);
    this.more = el("button", { type: "button", hidden: true, onclick: () => this.#loadMore() }, strings.moreComments);
    this.all = el("button", { type: "button", hidden: true, onclick: () => this.#showAll() }, strings.all);
    store.on("count", (now) => {
      count.textContent = String(now || "");
    });
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
    // Without the comment, the server answers with the first page.
    if (query.comment && !has(page, query.comment)) this.#replace({ sort: query.sort }, page);
    else this.#replace(query, page);
  }

  /** @param {Widget.PageQuery} query @param {Widget.Page} page */
  #replace(query, page) {
    this.views.clear();
    this.element.replaceChildren();
    this.store.replacePage(query, page);
    this.all.hidden = !query.comment;
  }

  /** Show the page with the comment, if the discussion has it. @param {number} id */
  async find(id) {
    if (this.views.has(id)) return;
    const query = { sort: "oldest", comment: String(id) };
    const page = await this.status.attempt(() => this.server.comments(query));
    if (page && has(page, query.comment)) this.#replace(query, page);
  }

  /** @param {string} sort */
  async sort(sort) {
    const { status, store, strings } = this;
    store.sort = sort;
    await status.attempt(async () => {
      await this.load({ sort });
      const [name] = SORTS.filter((each) => each === sort);
      if (name) this.announcement.textContent = `${strings.order}: ${strings[name]}`;
    });
  }

  // Its button is gone afterwards.
  async #showAll() {
    const mayFocus = watchFocus(this.root);
    await this.sort(this.store.sort);
    if (this.all.hidden && mayFocus()) this.heading.focus();
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
    if (hasFocus) view.focus(focused?.getAttribute("data-act"));
  }

  /** @param {number} id */
  focus(id) {
    this.views.get(id)?.focus();
  }

  /** False where it is not on the page. @param {number} id @param {boolean} [isReply] the reader wants to reply to it */
  reveal(id, isReply = false) {
    const wanted = this.views.get(id);
    if (!wanted) return false;
    for (const { article } of this.views.values()) article.classList.remove("target");
    wanted.article.classList.add("target");
    wanted.article.scrollIntoView({ block: "center" });
    wanted.article.focus({ preventScroll: true });
    if (isReply && this.store.isOpen && wanted.isShown) wanted.reply();
    return true;
  }
}
