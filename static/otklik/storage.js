// What this browser remembers of the reader, for pages and for the widget. Where storage is full or switched
// off, it is remembered until the page is closed.

/** @type {Map<string, string>} */
export const memory = new Map();

/** @param {string} key */
export function read(key) {
  try {
    return memory.get(key) ?? localStorage.getItem(key);
  } catch {
    return memory.get(key) ?? null;
  }
}

/** An empty value is removed. @param {string} key @param {string} value */
export function write(key, value) {
  memory.delete(key);
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    if (value) memory.set(key, value);
  }
}
