// Signing in: a link on Otklik's own origin; a window that hands over a token on any other.

import { el, plainButton } from "./dom.js";
import { watchFocus } from "./focus.js";
import { onThisPage } from "./server.js";

export const FORM = "#otklik-form";
const CODE = "#otklik-code=";
const CLOSED_CHECK_MS = 400;

export class SignIn {
  element = el("div", { class: "sign-in" });
  /** @type {Window | null} */
  #window = null;
  /** Null unless this discussion asked the reader to sign in. @type {Widget.SignInRequest | null} */
  #request = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {Pick<Widget.Context, "root" | "server" | "status" | "strings">} context
   * @param {(isSignedIn: boolean, request: Widget.SignInRequest | null) => Promise<void>} changed
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
    // The reader has signed in or out in another tab, or in a window that this page is cut off from.
    const takeOver = (/** @type {StorageEvent} */ { key, newValue }) => {
      if (this.server.takeOver(key, newValue)) this.#end(Boolean(newValue));
    };
    addEventListener("storage", takeOver, { signal });
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  /** Takes over the sign-in that has led back to this page; false where none did, or where it failed. */
  async arrive() {
    if (!location.hash.startsWith(CODE)) return false;
    const code = location.hash.slice(CODE.length);
    const { arrive } = await import("./arrival.js");
    await arrive(this.server, code);
    // The code must not be in an address that the reader passes on.
    history.replaceState(history.state, "", onThisPage(""));
    return this.server.hasToken;
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
    const link = (page, label) =>
      el("a", { class: "button", href: server.accountsUrl(page, server.formAnchor) }, label);
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
      location.assign(server.accountsUrl("login", form?.anchor ?? server.formAnchor));
      return;
    }
    this.#request = { form, mayFocus: watchFocus(this.root) };
    this.#window = open(server.signInWindow(), "otklik-sign-in", "popup,width=520,height=720");
    if (this.#window) this.#watchWindow();
    else status.say(strings.popupBlocked);
  }

  // Under a Cross-Origin-Opener-Policy of its own, the page takes every window for closed.
  #watchWindow() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      if (!this.#window?.closed) return;
      clearInterval(this.#timer);
      this.#window = null;
      this.status.say(this.strings.windowClosed);
      if (this.#request?.mayFocus()) this.#request.form?.focus();
    }, CLOSED_CHECK_MS);
  }

  /** @param {MessageEvent} event */
  #receive({ origin, data }) {
    if (origin !== this.server.origin || data?.type !== "otklik:token") return;
    this.server.signIn(data.token);
    this.#end(true);
  }

  /** @param {boolean} isSignedIn */
  #end(isSignedIn) {
    clearInterval(this.#timer);
    const request = this.#request;
    this.#request = null;
    this.changed(isSignedIn, request);
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
    await this.changed(false, null);
    status.say(strings.signedOut);
    if (mayFocus()) this.focus();
  }
}
