// Authors whom the reader hides: kept by the server for those who are signed in, by the browser for others.

import { read, write } from "../../otklik/storage.js";

const KEY = "otklik:muted";

export class Muting {
  /** @param {Pick<Widget.Context, "store" | "server" | "status" | "strings">} context */
  constructor({ store, server, status, strings }) {
    this.store = store;
    this.server = server;
    this.status = status;
    this.strings = strings;
    store.mutedHere = new Set(JSON.parse(read(KEY) || "[]"));
  }

  /**
   * Whom the reader hid before signing in stays hidden.
   *
   * @param {Api.Viewer} viewer who has just signed in
   */
  async moveToServer(viewer) {
    const { mutedHere } = this.store;
    if (viewer.id === null || !mutedHere.size) return;
    const ids = [...mutedHere].filter((id) => id !== viewer.id && !viewer.muted.includes(id));
    try {
      await Promise.all(ids.map((id) => this.server.mute(id, true)));
    } catch {
      return; // The next load tries again.
    }
    viewer.muted.push(...ids);
    mutedHere.clear();
    write(KEY, "");
  }

  /** @param {number} authorId @param {string} name */
  async toggle(authorId, name) {
    const { store, strings } = this;
    const isMuted = !store.isMuted(authorId);
    if (!(await this.#save(authorId, isMuted))) return;
    store.setMuted(authorId, isMuted);
    if (!store.isSignedIn) write(KEY, store.mutedHere.size ? JSON.stringify([...store.mutedHere]) : "");
    const undo = { label: strings.undo, act: () => this.toggle(authorId, name) };
    this.status.say(isMuted ? strings.nowMuted(name) : strings.nowUnmuted(name), undo);
  }

  /** @param {number} authorId @param {boolean} isMuted */
  async #save(authorId, isMuted) {
    if (!this.store.isSignedIn) return true;
    return this.status.attempt(async () => {
      await this.server.mute(authorId, isMuted);
      return true;
    });
  }
}
