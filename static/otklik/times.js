// <time datetime="…" data-relative>: "five minutes ago", kept up to date, with the full date in the
// tooltip. After a week the date that the server wrote stays.

import { timeAgo } from "./relative-time.js";

const UPDATE_MS = 60_000;
const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });

/** @param {HTMLTimeElement} element */
function update(element) {
  element.dataset.full ??= element.textContent.trim();
  element.title = element.dataset.full;
  // A clock that is behind the server's must not show a time to come.
  const ago = timeAgo(Math.max(0, (Date.now() - Date.parse(element.dateTime)) / 1000));
  element.textContent = ago ? format.format(ago.value, ago.unit) : element.dataset.full;
}

/** @param {Document | Element} scope */
function updateAll(scope) {
  /** @type {NodeListOf<HTMLTimeElement>} */
  const elements = scope.querySelectorAll("time[data-relative]");
  for (const element of elements) update(element);
}

updateAll(document);
document.addEventListener("htmx:load", ({ detail: { elt } }) => updateAll(elt));
setInterval(() => updateAll(document), UPDATE_MS);
