/**
 * The line and the column of a place in a text, counted from one as Typst counts them.
 *
 * @param {string} text
 * @param {number} offset
 */
export function positionAt(text, offset) {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/**
 * From a line and a column to the end of that line.
 *
 * @param {string} text
 * @param {number} line
 * @param {number} column
 */
export function rangeOf(text, line, column) {
  const lines = text.split("\n");
  const start = lines.slice(0, line - 1).reduce((length, before) => length + before.length + 1, 0);
  return { start: start + column - 1, end: start + (lines[line - 1] ?? "").length };
}
