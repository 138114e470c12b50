// Signing in: a link on Otklik's own origin; a window and a token on any other.

import { el } from "./dom.js";

export class Entrance {
  constructor({ words, server, changed }) {
    this.words = words;
    this.server = server;
    this.changed = changed;
    this.element = el("div", { class: "entrance" });
    addEventListener("message", (event) => this.#receive(event));
  }

  show(name) {
    this.element.replaceChildren(...(name ? this.#inside(name) : this.#outside()));
  }

  #inside(name) {
    const out = el("button", { type: "button", class: "plain", onclick: () => this.#leave() }, this.words.signOut);
    return [el("span", {}, this.words.as(name)), ...(this.server.hasToken ? [out] : [])];
  }

  #outside() {
    const { words, server } = this;
    const ways = server.isHere
      ? [
          el("a", { class: "button", href: server.entrance("login", "#otklik-form") }, words.signIn),
          el("a", { class: "button", href: server.entrance("signup", "#otklik-form") }, words.register),
        ]
      : [el("button", { type: "button", class: "button", onclick: () => this.open() }, words.signIn)];
    this.said = el("p", { class: "error", role: "alert" });
    return [el("p", {}, `${words.toWrite} ${words.keptSignIn}`), el("div", { class: "row" }, ...ways), this.said];
  }

  open() {
    if (this.server.isHere) {
      location.assign(this.server.entrance("login", "#otklik-form"));
      return;
    }
    this.window = open(this.server.popup, "otklik-sign-in", "popup,width=520,height=720");
    if (!this.window) this.said.textContent = this.words.popupBlocked;
  }

  #receive(event) {
    if (event.origin !== new URL(this.server.base).origin || event.data?.type !== "otklik:token") return;
    this.server.signIn(event.data.token);
    this.changed(true);
  }

  #leave() {
    this.server.signOut();
    this.changed(false);
  }
}
