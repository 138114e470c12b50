// The form for a comment. What is typed is kept in the browser until the server has it, whatever happens.

import { read, write } from "../../otklik/storage.js";
import { el, plainButton, sanitized, written } from "./dom.js";
import { watchFocus } from "./focus.js";
import { ApiError, newKey } from "./server.js";

export class Composer {
  // Sent again with the same key, a text that has arrived after all is not posted twice.
  #key = newKey();
  /** The reader was asked, and wants to post it although it reads as a complaint. */
  isComment = false;

  /** @param {Widget.ComposerOptions} options */
  constructor(options) {
    const { root, strings, label, submit, anchor, draft, text = "", notes = [], footnote, preview, cancel } = options;
    this.options = options;
    this.root = root;
    this.strings = strings;
    this.draft = draft;
    /** Where a sign-in on another page leads back to. */
    this.anchor = anchor;
    const id = `field-${newKey().slice(0, 8)}`;
    this.area = el("textarea", { id, rows: 3, dir: "auto", "aria-describedby": `${id}-error` });
    this.area.value = read(draft) || text;
    this.error = el("div", { id: `${id}-error`, class: "error", role: "alert" });
    this.button = el("button", { class: "primary" }, submit);
    this.preview = el("div", { class: "preview", role: "status" });
    this.form = el(
      "form",
      { class: "composer", novalidate: true },
      el("label", { for: id }, label),
      this.area,
      this.error,
      ...notes,
      el(
        "div",
        { class: "row" },
        this.button,
        plainButton(strings.preview, () => preview(this)),
        cancel && plainButton(strings.cancel, cancel),
      ),
      this.preview,
      // After the buttons: who writes must not pass its links to send.
      footnote,
    );
    this.#listen();
  }

  #listen() {
    const { cancel } = this.options;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.area.addEventListener("input", () => {
      write(this.draft, this.text);
      this.preview.replaceChildren();
    });
    this.area.addEventListener("keydown", (event) => {
      if (event.defaultPrevented) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
      if (event.key === "Escape") cancel?.();
    });
  }

  get text() {
    return this.area.value;
  }

  /** @param {string} text */
  fill(text) {
    this.area.value = text;
    write(this.draft, text);
  }

  focus() {
    this.area.focus();
  }

  /** A text that the reader has given up does not come back by itself. */
  deleteDraft() {
    write(this.draft, "");
  }

  /** @param {...(string | Node)} errors */
  showErrors(...errors) {
    this.error.replaceChildren(...errors.map((error) => (typeof error === "string" ? el("p", {}, error) : error)));
    this.area.setAttribute("aria-invalid", String(errors.length > 0));
  }

  /** @param {string} html of the text as it will look */
  showPreview(html) {
    const { strings } = this;
    this.preview.replaceChildren(
      el("p", { class: "faint" }, strings.previewed),
      written("div", strings.language, { class: "text" }, sanitized(html)),
    );
  }

  /** Says so where nothing is typed. */
  isFilled() {
    const isFilled = this.text.trim() !== "";
    this.showErrors(...(isFilled ? [] : [this.strings.writeFirst]));
    if (!isFilled) this.focus();
    return isFilled;
  }

  /**
   * What the reader has typed since a text was sent: it stays in the form. A text that is being edited stays
   * whole, and so does one that was changed in its midst.
   *
   * @param {string} sent
   */
  typedSince(sent) {
    const { text } = this;
    if (text === sent) return "";
    return text.startsWith(sent) && !this.options.isEdit ? text.slice(sent.length).trimStart() : text;
  }

  async #submit() {
    const { canSend, send } = this.options;
    if (this.button.getAttribute("aria-disabled") === "true") return;
    if (!this.isFilled() || (canSend && !canSend(this))) return;
    const mayFocus = watchFocus(this.root);
    const sent = this.text;
    this.button.setAttribute("aria-disabled", "true");
    try {
      if (!(await send(sent, this.#key, this))) return;
      this.#keepTypedSince(sent);
      this.#key = newKey();
    } catch (error) {
      this.#explain(error);
      if (mayFocus()) this.focus();
    } finally {
      this.button.removeAttribute("aria-disabled");
    }
  }

  // The caret stays where the reader types.
  /** @param {string} sent */
  #keepTypedSince(sent) {
    const rest = this.typedSince(sent);
    this.area.setRangeText("", 0, this.text.length - rest.length, "preserve");
    write(this.draft, rest);
    this.preview.replaceChildren();
  }

  /** @param {unknown} error */
  #explain(error) {
    const { strings } = this;
    if (!(error instanceof ApiError) || error.status >= 500) {
      this.showErrors(error instanceof ApiError ? strings.serverFailed : strings.connectionLost);
      return;
    }
    this.#key = newKey();
    if (error.status === 401) this.showErrors(strings.expired, this.options.signInButton(this));
    else this.showErrors(...error.explain(strings));
  }
}
