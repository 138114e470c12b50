// The form: what is typed is kept in the browser until the server has it, whatever happens.

import { el } from "./dom.js";
import { Refused, keep, kept, newKey } from "./server.js";

export class Composer {
  #key = newKey();

  // `send(text, key)` resolves when the server has the text.
  constructor({ words, label, submit, draft, text = "", send, cancel, note, gate }) {
    this.words = words;
    this.draft = draft;
    this.send = send;
    this.gate = gate;
    const id = `field-${newKey().slice(0, 8)}`;
    this.area = el("textarea", { id, rows: 3, "aria-describedby": `${id}-error` });
    this.area.value = (draft && kept(draft)) || text;
    this.area.addEventListener("input", () => draft && keep(draft, this.area.value));
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
      if (event.key === "Escape" && cancel) cancel();
    });
    this.error = el("div", { id: `${id}-error`, class: "error", role: "alert" });
    this.button = el("button", { class: "primary" }, submit);
    this.actions = el(
      "div",
      { class: "row" },
      this.button,
      cancel && el("button", { type: "button", class: "plain", onclick: cancel }, words.cancel),
    );
    this.form = el(
      "form",
      { class: "composer", novalidate: true, onsubmit: (event) => this.#submit(event) },
      el("label", { for: id }, label),
      this.area,
      this.error,
      note,
      this.actions,
    );
  }

  focus() {
    this.area.focus();
  }

  refuse(...sentences) {
    this.error.replaceChildren(...sentences.map((sentence) => el("p", {}, sentence)));
    this.area.setAttribute("aria-invalid", String(sentences.length > 0));
  }

  async #submit(event) {
    event.preventDefault();
    if (this.button.getAttribute("aria-disabled") === "true") return;
    this.refuse();
    if (!this.area.value.trim()) {
      this.refuse(this.words.writeFirst);
      this.focus();
      return;
    }
    if (this.gate && !this.gate()) return;
    this.button.setAttribute("aria-disabled", "true");
    try {
      await this.send(this.area.value, this.#key);
      if (this.draft) keep(this.draft, "");
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
    if (!(error instanceof Refused)) {
      // The same key again: if the text has arrived after all, it is not posted twice.
      this.refuse(this.words.lost);
      return;
    }
    this.#key = newKey();
    if (error.status === 401 || error.code === "not_authenticated") this.refuse(this.words.expired);
    else if (error.sentences.length) this.refuse(...error.sentences);
    else this.refuse(error.message || this.words.failed);
  }
}
