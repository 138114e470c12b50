// What happened to the viewer: replies, mentions, decisions. Loaded when the bell is first pressed.

import { openDialog } from "./dialogs.js";
import { el, sanitized, written } from "./dom.js";
import { watchFocus } from "./focus.js";
import { onThisPage } from "./server.js";
import { loadDialogStrings } from "./strings.js";

/** @typedef {"root" | "section" | "server" | "status" | "store" | "strings" | "times"} Parts */

/** @param {Pick<Widget.Context, Parts>} context */
export async function openNotifications(context) {
  const [strings, page] = await Promise.all([loadDialogStrings(context.strings), context.server.notifications()]);
  await new Notifications({ ...context, strings }).open(page);
}

class Notifications {
  /** @type {HTMLDialogElement | null} */
  #dialog = null;

  /** @param {Pick<Widget.DialogContext, Parts>} context */
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
      written("div", strings.language, { class: "note excerpt" }, sanitized(html)),
      written("p", strings.language, { class: "faint" }, thread_title),
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
    return isHere ? onThisPage(`#comment-${comment}`) : server.commentUrl(comment);
  }
}
