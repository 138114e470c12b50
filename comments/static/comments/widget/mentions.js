// Typing @ suggests people of the discussion: a list box under the text, operated as the combobox of the
// ARIA practices. A text area may have no other role, and a text box no aria-expanded, so the number of
// suggestions is announced instead.

import { el } from "./dom.js";
import { nameTyped } from "./mention-text.js";
import { loadDialogStrings } from "./strings.js";

const PAUSE_MS = 150;
let lists = 0;

/**
 * @param {HTMLTextAreaElement} area
 * @param {Element} place below it
 * @param {Strings} strings
 * @param {(beginning: string) => Promise<Api.Person[]>} find people by the beginning of their names
 */
export async function suggestPeople(area, place, strings, find) {
  new Mentions(area, place, await loadDialogStrings(strings), find);
}

class Mentions {
  /** @type {Api.Person[]} */
  #people = [];
  #chosen = 0;
  #request = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLTextAreaElement} area
   * @param {Element} place below it
   * @param {DialogStrings} strings
   * @param {(beginning: string) => Promise<Api.Person[]>} find people by the beginning of their names
   */
  constructor(area, place, strings, find) {
    this.area = area;
    this.strings = strings;
    this.find = find;
    lists += 1;
    this.id = `people-${lists}`;
    this.list = el("ul", { id: this.id, class: "people", role: "listbox", "aria-label": strings.people, hidden: true });
    this.announcement = el("span", { class: "unseen", role: "status" });
    place.append(this.list, this.announcement);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.id);
    area.addEventListener("input", () => this.#onInput());
    // Before the form's own listener: Escape first closes the list.
    area.addEventListener("keydown", (event) => this.#onKey(event), { capture: true });
    area.addEventListener("blur", () => this.#close());
    this.#onInput();
  }

  get #beginning() {
    return nameTyped(this.area.value, this.area.selectionStart);
  }

  #onInput() {
    clearTimeout(this.#timer);
    const beginning = this.#beginning;
    if (beginning === null) this.#close();
    else this.#timer = setTimeout(() => this.#suggest(beginning), PAUSE_MS);
  }

  /** @param {string} beginning */
  async #suggest(beginning) {
    this.#request += 1;
    const request = this.#request;
    let people;
    try {
      people = await this.find(beginning);
    } catch {
      return; // The reader goes on typing the name.
    }
    if (request !== this.#request || this.#beginning !== beginning) return;
    if (people.length) this.#open(people);
    else this.#close();
  }

  /** @param {Api.Person[]} people */
  #open(people) {
    this.#people = people;
    this.list.replaceChildren(...people.map((person, index) => this.#option(person, index)));
    this.list.hidden = false;
    this.announcement.textContent = this.strings.peopleFound(people.length);
    this.#choose(0);
  }

  /** @param {Api.Person} person @param {number} index */
  #option(person, index) {
    /** @param {Event} event */
    const onmousedown = (event) => {
      event.preventDefault(); // The text keeps the focus.
      this.#take(index);
    };
    return el("li", { id: `${this.id}-${index}`, role: "option", dir: "auto", onmousedown }, person.name);
  }

  /** @param {number} chosen */
  #choose(chosen) {
    this.#chosen = chosen;
    for (const [index, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(index === chosen));
    }
    this.area.setAttribute("aria-activedescendant", `${this.id}-${chosen}`);
    this.list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  #close() {
    clearTimeout(this.#timer);
    this.#request += 1;
    this.list.hidden = true;
    this.announcement.textContent = "";
    this.area.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (this.list.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
    const { length } = this.#people;
    const next = (this.#chosen + 1) % length;
    const previous = (this.#chosen + length - 1) % length;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowDown: () => this.#choose(next),
      ArrowUp: () => this.#choose(previous),
      Enter: () => this.#take(this.#chosen),
      Tab: () => this.#take(this.#chosen),
      Escape: () => this.#close(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {number} index */
  #take(index) {
    const beginning = this.#beginning;
    const person = this.#people[index];
    if (beginning === null || !person) return;
    const end = this.area.selectionStart;
    this.area.setRangeText(`@${person.name} `, end - beginning.length - 1, end, "end");
    this.area.dispatchEvent(new Event("input"));
    this.#close();
    this.area.focus();
  }
}
