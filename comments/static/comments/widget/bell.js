// How many notices the reader has not read, and the way to them.

import { el, icon } from "./dom.js";

export class Bell {
  constructor(thread) {
    this.thread = thread;
    this.element = el("button", { type: "button", class: "plain bell", hidden: true, onclick: () => this.#open() });
  }

  draw() {
    const { words, mine } = this.thread;
    const { unread } = mine;
    this.element.hidden = mine.id === null;
    this.element.title = words.notices;
    this.element.setAttribute("aria-label", words.noticesUnread(unread));
    this.element.replaceChildren(icon("bell"), ...(unread ? [el("b", {}, String(unread))] : []));
  }

  #open() {
    return this.thread.attempt(async () => {
      const { openNotices } = await import("./notices.js");
      await openNotices(this.thread);
    });
  }
}
