// What of the storage the widget does not need: it would send this to each reader.

import { memory, write } from "./storage.js";

/**
 * @param {string} prefix
 * @returns {string[]} the keys that begin with it
 */
export function keys(prefix) {
  /** @type {string[]} */
  let kept = [];
  try {
    kept = Object.keys(localStorage);
  } catch {
    // Storage is switched off: nothing was kept there.
  }
  return [...new Set([...memory.keys(), ...kept])].filter((key) => key.startsWith(prefix));
}

/**
 * Remove every value whose key begins with one of the prefixes.
 *
 * @param {string[]} prefixes
 */
export function clear(prefixes) {
  for (const key of prefixes.flatMap(keys)) write(key, "");
}
