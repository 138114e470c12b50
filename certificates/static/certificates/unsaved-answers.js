const PREFIX = "otklik:answers:";
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * `version` is the version token of the stored answer that the person saw when they typed this one; `at`
 * is when they typed it.
 *
 * @typedef {{ value: string, version?: string | undefined, at: number }} UnsavedAnswer
 *
 * @typedef {{ read(key: string): string | null, write(key: string, value: string): void }} BrowserStorage
 */

/** The answers of one person to one form that the server does not have yet, kept for a day. */
export class UnsavedAnswers {
  #key;
  #storage;

  /**
   * @param {string} form whose form it is, and which
   * @param {BrowserStorage} storage
   */
  constructor(form, storage) {
    this.#key = PREFIX + form;
    this.#storage = storage;
  }

  /** @returns {Map<string, UnsavedAnswer>} by the question's name */
  read() {
    const recent = Object.entries(this.#parse()).filter(([, { at }]) => at > Date.now() - KEPT_MS);
    return new Map(recent);
  }

  /** @returns {Record<string, UnsavedAnswer>} */
  #parse() {
    try {
      return JSON.parse(this.#storage.read(this.#key) || "{}");
    } catch {
      return {}; // An extension or the person wrote there.
    }
  }

  /**
   * @param {string} name
   * @param {string} value
   * @param {string} [version]
   */
  keep(name, value, version) {
    const answers = this.read();
    // Of several changes the first began from what the person saw.
    answers.set(name, { value, version: answers.get(name)?.version ?? version, at: Date.now() });
    this.#write(answers);
  }

  /**
   * Forget the answers that the server has now, except those that changed since they were sent.
   *
   * @param {Iterable<[string, unknown]>} sent
   */
  markSaved(sent) {
    const answers = this.read();
    for (const [name, value] of sent) if (answers.get(name)?.value === value) answers.delete(name);
    this.#write(answers);
  }

  clear() {
    this.#storage.write(this.#key, "");
  }

  /** @param {Map<string, UnsavedAnswer>} answers */
  #write(answers) {
    this.#storage.write(this.#key, answers.size ? JSON.stringify(Object.fromEntries(answers)) : "");
  }
}
