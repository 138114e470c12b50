import assert from "node:assert/strict";
import test from "node:test";
import { Times } from "../../comments/static/comments/widget/times.js";
import { timeAgo } from "../../static/otklik/relative-time.js";

const NOW = Date.parse("2026-03-10T12:00:00Z");
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @param {number} seconds */
const ago = (seconds) => new Date(NOW - seconds * 1000).toISOString();

for (const [seconds, russian, english] of /** @type {[number, string, string][]} */ ([
  [0, "сейчас", "now"],
  [59, "сейчас", "now"],
  [MINUTE, "1 минуту назад", "1 minute ago"],
  [HOUR - 1, "59 минут назад", "59 minutes ago"],
  [HOUR, "1 час назад", "1 hour ago"],
  [DAY - 1, "23 часа назад", "23 hours ago"],
  [DAY, "вчера", "yesterday"],
  [7 * DAY - 1, "6 дней назад", "6 days ago"],
])) {
  test(`${seconds} seconds ago is "${english}" in the widget and on the pages`, () => {
    assert.equal(new Times("ru").format(ago(seconds), NOW).text, russian);
    assert.equal(new Times("en").format(ago(seconds), NOW).text, english);
    const { value, unit } = timeAgo(seconds) ?? assert.fail();
    assert.equal(new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(value, unit), english);
  });
}

test("after a week the date itself is shown", () => {
  const { full, text } = new Times("en").format(ago(7 * DAY), NOW);
  assert.equal(text, full);
  assert.match(text, /March 3, 2026/);
  assert.equal(timeAgo(7 * DAY), null);
});

test("a clock that is behind the server's shows no time to come", () => {
  assert.equal(new Times("en").format(ago(-90), NOW).text, "now");
});

test("comments of one minute are told apart by their seconds", () => {
  const times = new Times("en");
  assert.match(times.tellApart("2026-03-10T12:00:01Z"), /:00:01/);
  assert.match(times.tellApart("2026-03-10T12:00:42Z"), /:00:42/);
});
