// Looks from time to time for what has come, changed or gone while the page is read.

import { el } from "./dom.js";
import { watchFocus } from "./focus.js";
import { ApiError } from "./server.js";

// More missing comments than these are not requested one by one.
const MISSING_LIMIT = 20;
// The viewer's own data changes less often than the discussion.
const VIEWER_EVERY = 4;

export class Updates {
  element = el("div", { class: "fresh", role: "status" });
  #isLooking = false;
  #looks = 0;

  /**
   * @param {Pick<Widget.Context, "dispatch" | "root" | "server" | "store" | "strings">} context
   * @param {number} pollSeconds
   * @param {Widget.Viewer} viewer
   * @param {Widget.CommentList} list
   */
  constructor({ dispatch, root, server, store, strings }, pollSeconds, viewer, list) {
    this.dispatch = dispatch;
    this.root = root;
    this.server = server;
    this.store = store;
    this.strings = strings;
    this.pollSeconds = pollSeconds;
    this.viewer = viewer;
    this.list = list;
    this.button = el("button", { type: "button", onclick: () => this.#show() });
    store.on("page", () => this.element.replaceChildren());
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const timer = setInterval(() => this.look(), this.pollSeconds * 1000);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", () => this.look(), { signal });
  }

  async look() {
    if (document.visibilityState !== "visible" || !this.element.isConnected || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const isChanged = await this.#update();
      this.#looks += 1;
      const { isSignedIn, hasHeldComments } = this.store;
      const isDue = isChanged || hasHeldComments || this.#looks % VIEWER_EVERY === 0;
      if (isSignedIn && isDue) await this.viewer.load();
    } catch {
      // The next look may succeed.
    } finally {
      this.#isLooking = false;
    }
  }

  async #update() {
    const { list, server, store } = this;
    const { etag, queries } = store;
    const page = await server.comments(queries[0] ?? {});
    // The second: the reader has sorted the comments in the meantime.
    if (page.etag === etag || store.etag !== etag) return false;
    const comments = await this.#loadAll(page);
    store.etag = page.etag;
    const { changed, missing, fresh } = store.compare(comments, page.count);
    for (const comment of changed) list.refresh(comment);
    for (const id of missing.slice(0, MISSING_LIMIT)) await this.#updateMissing(id);
    this.#tellFresh(fresh, page.count);
    return true;
  }

  /** All that the reader has opened so far, as it is now. @param {Widget.Page} page the first */
  async #loadAll(page) {
    const { server, store } = this;
    const pages = await Promise.all(store.queries.slice(1).map((query) => server.comments(query)));
    const more = await Promise.all(store.replyQueries.map(({ rootId, cursor }) => server.replies(rootId, cursor)));
    const branches = [page, ...pages].flatMap((each) => each.branches);
    return [
      ...branches.flatMap(({ comment, replies }) => [comment, ...replies]),
      ...more.flatMap(({ replies }) => replies),
    ];
  }

  // Newer comments have pushed it to another page, or it is gone: only the server knows.
  /** @param {number} id */
  async #updateMissing(id) {
    try {
      this.list.refresh(await this.server.comment(id));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.store.update(id, { state: "absent" });
    }
  }

  /** @param {number} fresh @param {number} count */
  #tellFresh(fresh, count) {
    if (fresh) {
      this.button.textContent = this.strings.newComments(fresh);
      this.element.replaceChildren(this.button);
    } else {
      this.store.setCount(count);
      this.element.replaceChildren();
    }
    this.dispatch("changed", { count, fresh });
  }

  async #show() {
    const { list, store } = this;
    const { newest, sort } = store;
    const mayFocus = watchFocus(this.root);
    const before = new Set(list.views.keys());
    const isPaged = store.queries[0]?.comment || store.hasMore;
    await list.sort(isPaged && sort === "oldest" ? "newest" : sort);
    const unseen = [...list.views.values()].filter((view) => view.isShown && !before.has(view.id));
    const arrived = unseen.filter(({ comment }) => comment.created_at > newest);
    const marked = arrived.length ? arrived : unseen;
    for (const { article } of marked) article.classList.add("new");
    if (!mayFocus()) return;
    if (marked[0]) marked[0].focus();
    else list.heading.focus();
  }
}
