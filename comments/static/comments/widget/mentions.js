// Typing @ offers the people of the discussion: a list box under the text, worked as the combobox of
// the ARIA practices. The text stays a text box, for a text area may have no other role; how many
// names there are is said instead of `aria-expanded`, which a text box has not.

import { el } from "./dom.js";

const CALL = /(?:^|[^\p{L}\p{N}_@/.])@([\p{L}\p{N}_.-]{0,30})$/u;
const PAUSE = 150;
let lists = 0;

export class Mentions {
  #people = [];
  #chosen = 0;
  #asked = 0;

  // `find(beginning)` resolves to the people of that name.
  constructor({ area, words, find }) {
    Object.assign(this, { area, words, find });
    lists += 1;
    this.id = `people-${lists}`;
    this.list = el("ul", { id: this.id, class: "people", role: "listbox", "aria-label": words.people, hidden: true });
    this.told = el("span", { class: "unseen", role: "status" });
    this.element = el("div", {}, this.list, this.told);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.id);
    area.addEventListener("input", () => this.#typed());
    area.addEventListener("keydown", (event) => this.#pressed(event));
    area.addEventListener("blur", () => this.#close());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  get #call() {
    return CALL.exec(this.area.value.slice(0, this.area.selectionStart));
  }

  #typed() {
    clearTimeout(this.pause);
    const call = this.#call;
    if (!call) this.#close();
    else this.pause = setTimeout(() => this.#offer(call[1]), PAUSE);
  }

  async #offer(beginning) {
    this.#asked += 1;
    const asked = this.#asked;
    let people;
    try {
      people = await this.find(beginning);
    } catch {
      return; // one goes on typing the name
    }
    if (asked !== this.#asked || this.#call?.[1] !== beginning) return;
    if (people.length) this.#open(people);
    else this.#close();
  }

  #open(people) {
    this.#people = people;
    this.#chosen = 0;
    this.list.replaceChildren(...people.map((person, index) => this.#option(person, index)));
    this.list.hidden = false;
    this.told.textContent = this.words.peopleFound(people.length);
    this.#mark();
  }

  #option(person, index) {
    const take = (event) => {
      event.preventDefault(); // the text keeps the focus
      this.#take(index);
    };
    return el("li", { id: `${this.id}-${index}`, role: "option", dir: "auto", onmousedown: take }, person.name);
  }

  #mark() {
    for (const [index, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(index === this.#chosen));
    }
    this.area.setAttribute("aria-activedescendant", `${this.id}-${this.#chosen}`);
    this.list.children[this.#chosen].scrollIntoView({ block: "nearest" });
  }

  #close() {
    clearTimeout(this.pause);
    this.#asked += 1;
    this.list.hidden = true;
    this.told.textContent = "";
    this.area.removeAttribute("aria-activedescendant");
  }

  #pressed(event) {
    if (!this.isOpen || event.isComposing) return;
    const { length } = this.#people;
    const act = {
      ArrowDown: () => this.#move((this.#chosen + 1) % length),
      ArrowUp: () => this.#move((this.#chosen + length - 1) % length),
      Enter: () => this.#take(this.#chosen),
      Tab: () => this.#take(this.#chosen),
      Escape: () => this.#close(),
    }[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  }

  #move(index) {
    this.#chosen = index;
    this.#mark();
  }

  #take(index) {
    const call = this.#call;
    if (!call) return;
    const end = this.area.selectionStart;
    this.area.setRangeText(`@${this.#people[index].name} `, end - call[1].length - 1, end, "end");
    this.area.dispatchEvent(new Event("input"));
    this.#close();
    this.area.focus();
  }
}
