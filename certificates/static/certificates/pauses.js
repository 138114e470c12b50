const FIRST_MS = 5000;
const LONGEST_MS = 2 * 60 * 1000;

/**
 * How long to wait before each next attempt to reach the server: twice as long as before, because a server
 * that fails recovers sooner when it is asked less often. Up to a quarter is taken off by chance, so that
 * the browsers of many people do not come back in one moment.
 */
export class GrowingPauses {
  #next = FIRST_MS;

  /** @param {() => number} chance from 0 to 1 */
  take(chance = Math.random) {
    const pause = this.#next * (1 - chance() / 4);
    this.#next = Math.min(this.#next * 2, LONGEST_MS);
    return pause;
  }

  /** The server has answered: begin with the shortest pause next time. */
  reset() {
    this.#next = FIRST_MS;
  }
}
