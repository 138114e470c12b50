// What has happened to the reader: answers, mentions, decisions. Fetched when first asked for.

import { openDialog } from "./dialogs.js";
import { el, prose } from "./dom.js";

export async function openNotices(thread) {
  await new Notices(thread).open(await thread.server.notices());
}

class Notices {
  constructor(thread) {
    this.thread = thread;
  }

  async open(page) {
    const { section, words } = this.thread;
    const list = el("ol", { class: "notices", role: "list" });
    this.dialog = openDialog(
      section,
      words.notices,
      page.notices.length ? list : el("p", {}, words.noNotices),
      el("form", { method: "dialog", class: "row" }, el("button", { class: "primary" }, words.close)),
    );
    this.#add(list, page);
    if (page.unread) await this.#read(page.notices[0].id);
  }

  #add(list, page) {
    list.append(...page.notices.map((notice) => this.#entry(notice)));
    if (!page.next_cursor) return;
    const more = el("button", { type: "button" }, this.thread.words.moreNotices);
    more.addEventListener("click", async () => {
      const next = await this.thread.attempt(() => this.thread.server.notices(page.next_cursor));
      if (!next) return;
      more.parentElement.remove();
      const at = list.children.length;
      this.#add(list, next);
      list.children[at]?.querySelector("a")?.focus();
    });
    list.append(el("li", {}, more));
  }

  #entry(notice) {
    const { times, words } = this.thread;
    const time = el("time", { datetime: notice.created_at });
    times.tell(time);
    const said = words.noticeKinds[notice.kind]?.(notice.author || words.former) ?? "";
    const outcome = words.appealsAnswered[notice.appeal] ?? words.outcomes[notice.outcome];
    return el(
      "li",
      { class: notice.read_at ? "" : "unread" },
      el(
        "p",
        {},
        el("a", { href: this.#address(notice), onclick: () => this.dialog.close() }, outcome ?? said),
        " ",
        el("span", { class: "faint" }, time),
        !notice.read_at && el("span", { class: "unseen" }, ` ${words.unread}`),
      ),
      notice.rule && el("p", { class: "note" }, words.rule(notice.rule)),
      el("div", { class: "note excerpt", dir: "auto" }, prose(notice.html)),
      el("p", { class: "faint" }, notice.thread_title),
    );
  }

  // In this discussion, on the page of another, or on Otklik's own page where none is known.
  #address({ site, thread, comment }) {
    const { server } = this.thread;
    const anchor = `#comment-${comment}`;
    if (site === server.site && thread === server.key) return anchor;
    return `${server.base}/threads/comments/${comment}/`;
  }

  async #read(upTo) {
    const { thread } = this;
    thread.mine.unread = (await thread.server.readNotices(upTo)).unread;
    thread.bell.draw();
  }
}
