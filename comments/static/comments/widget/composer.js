// The form: what is typed is kept in the browser until the server has it, whatever happens.

import { el } from "./dom.js";
import { newKey, Refused } from "./server.js";
import { keep, kept } from "./storage.js";

export class Composer {
  #key = newKey();

  // `send(text, key)` resolves when the server has the text, to false if it is not to; `gate()` says whether it may be sent
  // at all; `entrance()` makes a button for signing in again.
  constructor({ words, label, submit, draft, text = "", send, cancel, gate, entrance, notes = [] }) {
    Object.assign(this, { words, draft, send, gate, entrance });
    const id = `field-${newKey().slice(0, 8)}`;
    this.area = el("textarea", { id, rows: 3, dir: "auto", "aria-describedby": `${id}-error` });
    this.area.value = kept(draft) || text;
    this.error = el("div", { id: `${id}-error`, class: "error", role: "alert" });
    this.button = el("button", { class: "primary" }, submit);
    this.form = el(
      "form",
      { class: "composer", novalidate: true, onsubmit: (event) => this.#submit(event) },
      el("label", { for: id }, label),
      this.area,
      this.error,
      ...notes,
      el(
        "div",
        { class: "row" },
        this.button,
        cancel && el("button", { type: "button", class: "plain", onclick: cancel }, words.cancel),
      ),
    );
    this.#listen(cancel);
  }

  #listen(cancel) {
    this.area.addEventListener("input", () => keep(this.draft, this.area.value));
    this.area.addEventListener("keydown", (event) => {
      if (event.defaultPrevented) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
      if (event.key === "Escape" && cancel) cancel();
    });
  }

  offerPeople(mentions) {
    this.area.after(mentions.element);
  }

  get text() {
    return this.area.value;
  }

  fill(text) {
    this.area.value = text;
    keep(this.draft, text);
  }

  focus() {
    this.area.focus();
  }

  // Its reader has given it up: it does not come back by itself.
  forget() {
    keep(this.draft, "");
  }

  refuse(...said) {
    this.error.replaceChildren(...said.map((one) => (typeof one === "string" ? el("p", {}, one) : one)));
    this.area.setAttribute("aria-invalid", String(said.length > 0));
  }

  async #submit(event) {
    event.preventDefault();
    if (this.button.getAttribute("aria-disabled") === "true") return;
    this.refuse();
    if (!this.text.trim()) {
      this.refuse(this.words.writeFirst);
      this.focus();
      return;
    }
    if (this.gate && !this.gate(this)) return;
    this.button.setAttribute("aria-disabled", "true");
    try {
      if ((await this.send(this.text, this.#key)) === false) return;
      this.forget();
      this.area.value = "";
      this.#key = newKey();
    } catch (error) {
      this.#explain(error);
      this.focus();
    } finally {
      this.button.removeAttribute("aria-disabled");
    }
  }

  #explain(error) {
    if (!(error instanceof Refused) || error.status >= 500) {
      // The same key again: if the text has arrived after all, it is not posted twice.
      this.refuse(error instanceof Refused ? this.words.failed : this.words.lost);
      return;
    }
    this.#key = newKey();
    if (error.status === 401) this.refuse(this.words.expired, ...[this.entrance?.(this)].filter(Boolean));
    else this.refuse(...error.said(this.words));
  }
}
