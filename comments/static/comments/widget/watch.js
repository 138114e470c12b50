// What has come, changed or gone while the page is read.

import { el } from "./dom.js";
import { Refused } from "./server.js";

// More than these are not asked for one by one.
const ASKED_AFTER = 20;
// What happens to the reader elsewhere is looked for less often than what happens here.
const LOOKS_FOR_NOTICES = 4;

export class Watch {
  element = el("div", { class: "fresh", role: "status" });
  #isLooking = false;
  #looks = 0;

  constructor(thread, every) {
    Object.assign(this, { thread, every });
    this.button = el("button", { type: "button", onclick: () => this.#show() });
  }

  listen(signal) {
    const timer = setInterval(() => this.look(), this.every * 1000);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", () => this.look(), { signal });
  }

  clear() {
    this.element.replaceChildren();
  }

  async look() {
    const { thread } = this;
    if (document.visibilityState !== "visible" || !thread.section.isConnected || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const isChanged = await this.#compare();
      this.#looks += 1;
      const isDue = this.#looks % LOOKS_FOR_NOTICES === 0;
      if (thread.mine.id !== null && (isChanged || isDue || thread.own.hasHeld)) await this.#refreshMine();
    } catch {
      // the next look may succeed
    } finally {
      this.#isLooking = false;
    }
  }

  async #refreshMine() {
    await this.thread.learnMine();
    this.thread.own.draw();
  }

  async #compare() {
    const { thread } = this;
    const [first] = thread.parts;
    const etag = thread.etag;
    const page = await thread.server.page(first);
    // Meanwhile the reader may have ordered it anew.
    if (page.etag === etag || thread.etag !== etag) return false;
    const seen = await this.#everything(page);
    thread.etag = page.etag;
    for (const comment of seen) this.#change(comment);
    await this.#dropMissing(new Set(seen.map(({ id }) => id)));
    this.#tellOfNew(seen, page.count);
    return true;
  }

  // All that the reader has opened so far, as it is now.
  async #everything(page) {
    const { parts, server, repliesParts } = this.thread;
    const pages = [page, ...(await Promise.all(parts.slice(1).map((part) => server.page(part))))];
    const more = await Promise.all(repliesParts.map(({ root, cursor }) => server.replies(root, cursor)));
    const branches = pages.flatMap((each) => each.branches);
    return [
      ...branches.flatMap((branch) => [branch.comment, ...branch.replies]),
      ...more.flatMap((each) => each.replies),
    ];
  }

  #change(comment) {
    const view = this.thread.views.get(comment.id);
    if (!view || view.editor || JSON.stringify(view.comment) === JSON.stringify(comment)) return;
    const isHeld = view.article.contains(this.thread.root.activeElement);
    view.update(comment);
    if (isHeld) view.article.focus();
  }

  // Pushed to another page by newer ones, or gone: only the server knows.
  async #dropMissing(seen) {
    const { thread } = this;
    const missing = [...thread.views.values()].filter((view) => view.isShown && !seen.has(view.comment.id));
    for (const view of missing.slice(0, ASKED_AFTER)) {
      try {
        this.#change(await thread.server.comment(view.comment.id));
      } catch (error) {
        if (error instanceof Refused && error.status === 404) view.update({ ...view.comment, state: "absent" });
      }
    }
  }

  #tellOfNew(seen, count) {
    const { thread } = this;
    const { views, newest } = thread;
    const come = seen.filter(
      ({ id, state, created_at }) => state === "published" && !views.has(id) && created_at > newest,
    );
    const fresh = Math.max(come.length, count - thread.count, 0);
    if (fresh) {
      this.button.textContent = thread.words.newComments(fresh);
      this.element.replaceChildren(this.button);
    } else {
      thread.counted(count);
      this.clear();
    }
    thread.tell("changed", { count, fresh });
  }

  async #show() {
    const { thread } = this;
    const { newest } = thread;
    const before = new Set(thread.views.keys());
    const isPaged = thread.parts[0].comment || !thread.isWhole;
    await thread.order(isPaged && thread.sort === "oldest" ? "newest" : thread.sort);
    const unseen = [...thread.views.values()].filter((view) => view.isShown && !before.has(view.comment.id));
    const come = unseen.filter((view) => view.comment.created_at > newest);
    const marked = come.length ? come : unseen;
    for (const view of marked) view.article.classList.add("new");
    (marked[0]?.article ?? thread.heading).focus();
  }
}
