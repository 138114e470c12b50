// What this browser remembers of the reader. Where storage is full or switched off, it is remembered
// until the page is closed.

/** @type {Map<string, string>} */
const memory = new Map();

/**
 * @param {string} key
 * @returns {string | null}
 */
export function read(key) {
  try {
    return memory.get(key) ?? localStorage.getItem(key);
  } catch {
    return memory.get(key) ?? null;
  }
}

/**
 * An empty value is removed.
 *
 * @param {string} key
 * @param {string} value
 */
export function write(key, value) {
  memory.delete(key);
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    if (value) memory.set(key, value);
  }
}

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
