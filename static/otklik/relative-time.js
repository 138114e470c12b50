const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/**
 * How long ago something was, in whole minutes, hours or days. After a week the date itself says more:
 * null.
 *
 * @param {number} seconds
 * @returns {{ value: number, unit: "second" | "minute" | "hour" | "day" } | null}
 */
export function timeAgo(seconds) {
  if (seconds < MINUTE) return { value: 0, unit: "second" };
  if (seconds < HOUR) return { value: -Math.floor(seconds / MINUTE), unit: "minute" };
  if (seconds < DAY) return { value: -Math.floor(seconds / HOUR), unit: "hour" };
  if (seconds < WEEK) return { value: -Math.floor(seconds / DAY), unit: "day" };
  return null;
}
