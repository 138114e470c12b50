// People whom a reader would rather not read.

import { keep, kept } from "./storage.js";

const MUTED = "otklik:muted";

export class Muting {
  #ids = new Set(JSON.parse(kept(MUTED) ?? "[]"));

  constructor(thread) {
    this.thread = thread;
  }

  has(authorId) {
    return this.#ids.has(authorId);
  }

  toggle(authorId, name) {
    const { words } = this.thread;
    const isMuted = !this.#ids.delete(authorId);
    if (isMuted) this.#ids.add(authorId);
    keep(MUTED, this.#ids.size ? JSON.stringify([...this.#ids]) : "");
    const views = [...this.thread.views.values()].filter((view) => view.comment.author_id === authorId);
    const held = this.thread.root.activeElement;
    const acted = views.find((view) => view.article.contains(held));
    for (const view of views) view.hideAgain();
    acted?.article.focus();
    const undo = { label: words.undo, act: () => this.toggle(authorId, name) };
    this.thread.say(isMuted ? words.nowMuted(name) : words.nowUnmuted(name), undo);
  }
}
