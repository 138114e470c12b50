/**
 * Responses may come in another order than their requests. A late one is right about its own question, and
 * may know less than the page about the others.
 */
export class ResponseOrder {
  #newest = 0;
  #isLate = false;
  #question = "";

  /**
   * A response has come; `isOutdated` is about it until the next one.
   *
   * @param {number} sentAt when its request was sent
   * @param {string} question that the request was sent from, or ""
   */
  receive(sentAt, question) {
    this.#isLate = sentAt < this.#newest;
    this.#newest = Math.max(this.#newest, sentAt);
    this.#question = question;
  }

  /** Whether the page may know more about this question than the response. @param {string} question */
  isOutdated(question) {
    return this.#isLate && question !== this.#question;
  }
}
