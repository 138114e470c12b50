// Signing in: a link on Otklik's own origin; a window that hands over a token on any other.

import { el, plainButton } from "./dom.js";
import { watchFocus } from "./focus.js";

export const FORM = "#otklik-form";
const CLOSED_CHECK_MS = 400;

export class SignIn {
  element = el("div", { class: "sign-in" });
  /** @type {Window | null} */
  #window = null;
  /** The form that asked the reader to sign in. @type {Widget.Composer | null} */
  #form = null;
  #mayFocus = () => true;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {Pick<Widget.Context, "root" | "server" | "status" | "strings">} context
   * @param {(isSignedIn: boolean, form: Widget.Composer | null, mayFocus: () => boolean) => Promise<void>} changed
   */
  constructor({ root, server, status, strings }, changed) {
    this.root = root;
    this.server = server;
    this.status = status;
    this.strings = strings;
    this.changed = changed;
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    addEventListener("message", (event) => this.#receive(event), { signal });
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  /** @param {string} name of the reader; empty while nobody is signed in */
  show(name) {
    this.element.replaceChildren(...(name ? this.#signedInAs(name) : this.#waysIn()));
  }

  /** @param {string} name */
  #signedInAs(name) {
    const { server, strings } = this;
    const signOut = server.hasToken ? [plainButton(strings.signOut, () => this.#signOut())] : [];
    return [el("span", {}, strings.postingAs(name)), ...signOut];
  }

  #waysIn() {
    const { server, strings } = this;
    /** @param {string} page @param {string} label */
    const link = (page, label) => el("a", { class: "button", href: server.accountsUrl(page, FORM) }, label);
    const ways = server.isHere ? [link("login", strings.signIn), link("signup", strings.register)] : [this.button()];
    return [el("p", {}, strings.signInToPost), el("div", { class: "row" }, ...ways)];
  }

  /** @param {Widget.Composer | null} [form] */
  button(form = null) {
    const { server, strings } = this;
    const label = server.isHere ? strings.signIn : strings.signInOrRegister;
    return el("button", { type: "button", class: "button", onclick: () => this.open(form) }, label);
  }

  focus() {
    /** @type {HTMLElement | null} */
    const first = this.element.querySelector(".button");
    first?.focus();
    return first !== null;
  }

  /**
   * Call it while a press is being handled: later, browsers open no window.
   *
   * @param {Widget.Composer | null} [form]
   */
  open(form = null) {
    const { server, status, strings } = this;
    if (server.isHere) {
      location.assign(server.accountsUrl("login", form?.anchor ?? FORM));
      return;
    }
    this.#form = form;
    this.#mayFocus = watchFocus(this.root);
    this.#window = open(server.signInWindow, "otklik-sign-in", "popup,width=520,height=720");
    if (this.#window) this.#watchWindow();
    else status.say(strings.popupBlocked);
  }

  #watchWindow() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      if (!this.#window?.closed) return;
      clearInterval(this.#timer);
      this.#window = null;
      this.status.say(this.strings.windowClosed);
      if (this.#mayFocus()) this.#form?.focus();
    }, CLOSED_CHECK_MS);
  }

  /** @param {MessageEvent} event */
  #receive({ origin, data }) {
    if (origin !== this.server.origin || data?.type !== "otklik:token") return;
    clearInterval(this.#timer);
    this.server.signIn(data.token);
    this.changed(true, this.#form, this.#mayFocus);
  }

  async #signOut() {
    const { root, server, status, strings } = this;
    const mayFocus = watchFocus(root);
    try {
      await server.signOut();
    } catch {
      status.say(strings.notSignedOut);
      return;
    }
    await this.changed(false, null, mayFocus);
    status.say(strings.signedOut);
    if (mayFocus()) this.focus();
  }
}
