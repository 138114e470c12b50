// Signing in: a link on Otklik's own origin; a window and a token on any other.

import { el } from "./dom.js";

export const FORM = "#otklik-form";

export class Entrance {
  element = el("div", { class: "entrance" });
  #window = null;
  #back = null;

  // `changed(back)` follows a sign-in or a sign-out; `back` is the form that asked for it.
  constructor({ words, server, say, changed }) {
    Object.assign(this, { words, server, say, changed });
  }

  listen(signal) {
    addEventListener("message", (event) => this.#receive(event), { signal });
    signal.addEventListener("abort", () => clearInterval(this.timer));
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
          el("a", { class: "button", href: server.entrance("login", FORM) }, words.signIn),
          el("a", { class: "button", href: server.entrance("signup", FORM) }, words.register),
        ]
      : [this.button()];
    return [el("p", {}, words.toWrite), el("div", { class: "row" }, ...ways)];
  }

  button(back = null) {
    const { words, server } = this;
    const label = server.isHere ? words.signIn : words.signInOrRegister;
    return el("button", { type: "button", class: "button", onclick: () => this.open(back) }, label);
  }

  // Called while a press is still being handled: later, browsers open no window.
  open(back = null) {
    const { server, words } = this;
    if (server.isHere) {
      location.assign(server.entrance("login", back?.anchor ?? FORM));
      return;
    }
    this.#back = back;
    this.#window = open(server.popup, "otklik-sign-in", "popup,width=520,height=720");
    if (this.#window) this.#waitForItsEnd();
    else this.say(words.popupBlocked);
  }

  #waitForItsEnd() {
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      if (!this.#window?.closed) return;
      clearInterval(this.timer);
      this.#window = null;
      this.say(this.words.windowClosed);
      this.#back?.focus();
    }, 400);
  }

  #receive(event) {
    if (event.origin !== this.server.origin || event.data?.type !== "otklik:token") return;
    clearInterval(this.timer);
    this.server.signIn(event.data.token);
    this.changed(this.#back ?? "form");
  }

  async #leave() {
    try {
      await this.server.signOut();
    } catch {
      this.say(this.words.notSignedOut);
      return;
    }
    await this.changed(null);
    this.say(this.words.signedOut);
    this.element.querySelector(".button")?.focus();
  }
}
