// People whom a reader would rather not read: kept by the server for whoever is signed in, by the
// browser for others.

import { keep, kept } from "./storage.js";

const MUTED = "otklik:muted";

export class Muting {
  #here = new Set(JSON.parse(kept(MUTED) ?? "[]"));

  constructor(thread) {
    this.thread = thread;
  }

  get #ids() {
    return this.thread.mine.id === null ? this.#here : this.#there;
  }

  get #there() {
    return new Set(this.thread.mine.muted);
  }

  has(authorId) {
    return this.#ids.has(authorId);
  }

  // Who was muted before the reader signed in stays so.
  async bring() {
    const { mine, server } = this.thread;
    if (mine.id === null || !this.#here.size) return;
    const ids = [...this.#here].filter((id) => id !== mine.id && !mine.muted.includes(id));
    try {
      await Promise.all(ids.map((id) => server.mute(id, true)));
    } catch {
      return; // another time
    }
    mine.muted.push(...ids);
    this.#here.clear();
    keep(MUTED, "");
  }

  async toggle(authorId, name) {
    const { words } = this.thread;
    const isMuted = !this.has(authorId);
    if (!(await this.#keep(authorId, isMuted))) return;
    this.#redraw(authorId);
    const undo = { label: words.undo, act: () => this.toggle(authorId, name) };
    this.thread.say(isMuted ? words.nowMuted(name) : words.nowUnmuted(name), undo);
  }

  async #keep(authorId, isMuted) {
    const { mine, server } = this.thread;
    const ids = this.#ids;
    ids.delete(authorId);
    if (isMuted) ids.add(authorId);
    if (mine.id === null) {
      keep(MUTED, ids.size ? JSON.stringify([...ids]) : "");
      return true;
    }
    const isKept = await this.thread.attempt(async () => {
      await server.mute(authorId, isMuted);
      return true;
    });
    if (isKept) mine.muted = [...ids];
    return isKept;
  }

  #redraw(authorId) {
    const { root, views } = this.thread;
    const theirs = [...views.values()].filter((view) => view.comment.author_id === authorId);
    const acted = theirs.find((view) => view.article.contains(root.activeElement));
    for (const view of theirs) view.hideAgain();
    acted?.article.focus();
  }
}
