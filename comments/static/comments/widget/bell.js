// How many notifications the reader has not read, and the way to them.

import { el, icon } from "./dom.js";

export class Bell {
  element = el("button", { type: "button", class: "plain bell", hidden: true });

  /** @param {Pick<Widget.Context, "root" | "section" | "server" | "status" | "store" | "strings" | "times">} context */
  constructor(context) {
    const { status, store, strings } = context;
    this.element.addEventListener("click", () =>
      status.attempt(async () => {
        const { openNotifications } = await import("./notifications.js");
        await openNotifications(context);
      }),
    );
    store.on("viewer", ({ id, unread }) => {
      this.element.hidden = id === null;
      this.element.title = strings.notifications;
      this.element.setAttribute("aria-label", strings.notificationsUnread(unread));
      this.element.replaceChildren(icon("bell"), ...(unread ? [el("b", {}, String(unread))] : []));
    });
  }
}
