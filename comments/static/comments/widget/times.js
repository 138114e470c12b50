const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** @type {[below: number, divisor: number, unit: Intl.RelativeTimeFormatUnit][]} */
const UNITS = [
  [MINUTE, Number.POSITIVE_INFINITY, "second"],
  [HOUR, MINUTE, "minute"],
  [DAY, HOUR, "hour"],
  [WEEK, DAY, "day"],
];

/** Shows how long ago something was; after a week the date says more. */
export class Times {
  /** @param {string} language */
  constructor(language) {
    this.relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    this.absolute = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
    this.exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "medium" });
  }

  /** @param {string} date @param {number} now in milliseconds */
  format(date, now) {
    const moment = new Date(date);
    // A clock that is behind the server's must not show a time to come.
    const seconds = Math.max(0, (now - moment.getTime()) / 1000);
    const full = this.absolute.format(moment);
    const [, divisor, unit] = UNITS.find(([below]) => seconds < below) ?? [];
    return { full, text: divisor && unit ? this.relative.format(-Math.floor(seconds / divisor), unit) : full };
  }

  /** With seconds, which tell the comments of one author apart. @param {string} date */
  tellApart(date) {
    return this.exact.format(new Date(date));
  }

  /** @param {HTMLTimeElement} element */
  show(element) {
    const { full, text } = this.format(element.dateTime, Date.now());
    element.title = full;
    element.textContent = text;
  }

  /** @param {Element} scope */
  showAll(scope) {
    for (const element of scope.querySelectorAll("time")) this.show(element);
  }
}
