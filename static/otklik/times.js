// <time datetime="…" data-relative>: "five minutes ago", kept true, the full date in the tooltip.
// After a week the date that the server wrote says more, so it stays.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });

function relative(seconds) {
  if (seconds < MINUTE) return words.format(0, "second");
  if (seconds < HOUR) return words.format(-Math.floor(seconds / MINUTE), "minute");
  if (seconds < DAY) return words.format(-Math.floor(seconds / HOUR), "hour");
  return words.format(-Math.floor(seconds / DAY), "day");
}

function tell(element) {
  element.dataset.full ??= element.textContent.trim();
  element.title = element.dataset.full;
  const seconds = Math.max(0, (Date.now() - Date.parse(element.dateTime)) / 1000);
  element.textContent = seconds < WEEK ? relative(seconds) : element.dataset.full;
}

function tellAll(scope) {
  for (const element of scope.querySelectorAll("time[data-relative]")) tell(element);
}

tellAll(document);
document.addEventListener("htmx:load", (event) => tellAll(event.detail.elt));
setInterval(() => tellAll(document), MINUTE * 1000);
