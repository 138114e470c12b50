// "Five minutes ago", kept true; after a week the date says more.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const STEPS = [
  [MINUTE, 0, "second"],
  [HOUR, MINUTE, "minute"],
  [DAY, HOUR, "hour"],
  [WEEK, DAY, "day"],
];

export class Times {
  constructor(language) {
    this.relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    this.absolute = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  }

  tell(element) {
    const moment = new Date(element.dateTime);
    const seconds = Math.max(0, (Date.now() - moment) / 1000);
    const step = STEPS.find(([below]) => seconds < below);
    element.title = this.absolute.format(moment);
    if (!step) element.textContent = element.title;
    else {
      const [, unit, name] = step;
      element.textContent = this.relative.format(unit ? -Math.floor(seconds / unit) : 0, name);
    }
  }

  tellAll(root) {
    for (const element of root.querySelectorAll("time")) this.tell(element);
  }
}
