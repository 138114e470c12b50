// A line at the foot of the widget, announced politely, visible wherever the reader is, and gone after a
// while.

import { el } from "./dom.js";
import { ApiError } from "./server.js";

const SHOWN_MS = 12_000;

export class Status {
  element = el("div", { class: "status", role: "status" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Strings} strings */
  constructor(strings) {
    this.strings = strings;
  }

  /**
   * @param {string} sentence
   * @param {{ label: string, act(): unknown }} [action]
   */
  say(sentence, action) {
    const button = action && el("button", { type: "button", class: "link", onclick: action.act }, action.label);
    this.element.replaceChildren(el("span", {}, sentence), ...(button ? [button] : []));
    this.#clearLater();
  }

  // Not while the reader is about to press its button.
  #clearLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.element.matches(":hover, :focus-within")) this.#clearLater();
      else this.element.replaceChildren();
    }, SHOWN_MS);
  }

  /**
   * The result of `act`; where it fails, says why and returns null.
   *
   * @template Result
   * @param {() => Promise<Result>} act
   */
  async attempt(act) {
    try {
      return await act();
    } catch (error) {
      const { strings } = this;
      this.say(error instanceof ApiError ? error.explain(strings).join(" ") : strings.actionFailed);
      return null;
    }
  }
}
