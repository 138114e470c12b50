const PREFIX = "otklik:answers:";
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * `version` is the version token of the stored answer that the person saw when they typed this one; `at`
 * is when they typed it.
 *
 * @typedef {{ value: string, version?: string | undefined, at: number }} UnsavedAnswer
 *
 * @typedef {{
 *   read(key: string): string | null,
 *   write(key: string, value: string): void,
 *   keys(prefix: string): string[],
 * }} BrowserStorage
 */

/**
 * The answers of one person to one form that the server does not have yet, kept for a day.
 *
 * Two windows of one form may be two processes, and each sees the other's writes to the storage late. So
 * every answer has a key of its own there: windows that answer different questions never overwrite or
 * restore each other's entries. A window sends its own answers from memory, and reads the storage only
 * when it opens.
 */
export class UnsavedAnswers {
  #prefix;
  #storage;
  /** @type {Map<string, UnsavedAnswer>} */
  #answers;

  /**
   * @param {string} form whose form it is, and which
   * @param {BrowserStorage} storage
   */
  constructor(form, storage) {
    this.#prefix = `${PREFIX}${form}:`;
    this.#storage = storage;
    this.#answers = this.#stored();
  }

  /** @returns {Map<string, UnsavedAnswer>} by the question's name */
  read() {
    return new Map([...this.#answers].filter(([, answer]) => isRecent(answer)));
  }

  #stored() {
    /** @type {Map<string, UnsavedAnswer>} */
    const answers = new Map();
    for (const key of this.#storage.keys(this.#prefix)) {
      const answer = parse(this.#storage.read(key));
      if (answer && isRecent(answer)) answers.set(key.slice(this.#prefix.length), answer);
      else this.#storage.write(key, "");
    }
    return answers;
  }

  /**
   * @param {string} name
   * @param {string} value
   * @param {string} [version]
   */
  keep(name, value, version) {
    // Of several changes the first began from what the person saw.
    const answer = { value, version: this.read().get(name)?.version ?? version, at: Date.now() };
    this.#answers.set(name, answer);
    this.#storage.write(this.#prefix + name, JSON.stringify(answer));
  }

  /**
   * Forget the answers that the server has now, except those that changed since they were sent.
   *
   * @param {Iterable<[string, unknown]>} sent
   */
  markSaved(sent) {
    for (const [name, value] of sent) {
      if (this.#answers.get(name)?.value !== value) continue;
      this.#answers.delete(name);
      const key = this.#prefix + name;
      // Another window may have stored a different answer there since.
      if (parse(this.#storage.read(key))?.value === value) this.#storage.write(key, "");
    }
  }

  clear() {
    this.#answers.clear();
    for (const key of this.#storage.keys(this.#prefix)) this.#storage.write(key, "");
  }
}

/** @param {UnsavedAnswer} answer */
const isRecent = ({ at }) => at > Date.now() - KEPT_MS;

/**
 * @param {string | null} text
 * @returns {UnsavedAnswer | null}
 */
function parse(text) {
  try {
    return JSON.parse(text || "null");
  } catch {
    return null; // An extension or the person wrote there.
  }
}
