// What happened to the viewer: replies, mentions, decisions. Loaded when the bell is first pressed.

import { openDialog } from "./dialogs.js";
import { el, sanitized } from "./dom.js";
import { watchFocus } from "./focus.js";

/** @typedef {Pick<Widget.Context, "root" | "section" | "server" | "status" | "store" | "strings" | "times">} Context */

/** @param {Context} context */
export async function openNotifications(context) {
  await new Notifications(context).open(await context.server.notifications());
}

class Notifications {
  /** @type {HTMLDialogElement | null} */
  #dialog = null;

  /** @param {Context} context */
  constructor({ root, section, server, status, store, strings, times }) {
    this.root = root;
    this.section = section;
    this.server = server;
    this.status = status;
    this.store = store;
    this.strings = strings;
    this.times = times;
    this.list = el("ol", { class: "notifications", role: "list" });
  }

  /** @param {Api.NotificationsPage} page */
  async open(page) {
    const { strings } = this;
    const [newest] = page.notifications;
    this.#dialog = openDialog(
      this.section,
      strings.notifications,
      newest ? this.list : el("p", {}, strings.noNotifications),
      el("form", { method: "dialog", class: "row" }, el("button", { class: "primary" }, strings.close)),
    );
    this.#add(page);
    if (newest && page.unread) this.store.setUnread((await this.server.markRead(newest.id)).unread);
  }

  /** @param {Api.NotificationsPage} page */
  #add({ notifications, next_cursor }) {
    this.list.append(...notifications.map((notification) => this.#item(notification)));
    if (!next_cursor) return;
    const more = el("button", { type: "button" }, this.strings.moreNotifications);
    const item = el("li", {}, more);
    more.addEventListener("click", async () => {
      const mayFocus = watchFocus(this.root);
      const page = await this.status.attempt(() => this.server.notifications(next_cursor));
      if (!page) return;
      item.remove();
      const { length } = this.list.children;
      this.#add(page);
      if (mayFocus()) this.list.children[length]?.querySelector("a")?.focus();
    });
    this.list.append(item);
  }

  /** @param {Api.Notification} notification */
  #item(notification) {
    const { strings, times } = this;
    const { created_at, html, read_at, rule, thread_title } = notification;
    const time = el("time", { datetime: created_at });
    times.show(time);
    return el(
      "li",
      { class: read_at ? "" : "unread" },
      el(
        "p",
        {},
        el("a", { href: this.#url(notification), onclick: () => this.#dialog?.close() }, this.#title(notification)),
        " ",
        el("span", { class: "faint" }, time),
        !read_at && el("span", { class: "unseen" }, ` ${strings.unread}`),
      ),
      rule && el("p", { class: "note" }, strings.rule(rule)),
      el("div", { class: "note excerpt", dir: "auto" }, sanitized(html)),
      el("p", { class: "faint" }, thread_title),
    );
  }

  /** @param {Api.Notification} notification */
  #title({ kind, author, outcome, appeal }) {
    const { strings } = this;
    /** @type {Record<string, string>} */
    const outcomes = strings.decisionOutcomes;
    /** @type {Record<string, string>} */
    const appeals = strings.appealOutcomes;
    return (
      appeals[appeal ?? ""] ?? outcomes[outcome ?? ""] ?? strings.notificationKinds[kind](author || strings.former)
    );
  }

  /** Of a comment in this discussion, or of Otklik's page that leads to another. @param {Api.Notification} of */
  #url({ site, thread, comment }) {
    const { server } = this;
    const isHere = site === server.site && thread === server.key;
    return isHere ? `#comment-${comment}` : server.commentUrl(comment);
  }
}
