// Letters are recognised by their place on the keyboard (event.code), so that they work under a Russian
// layout too.
/** @type {Record<string, string>} */
const ACTIONS = {
  KeyJ: "next",
  KeyK: "previous",
  KeyA: "approve",
  KeyR: "rules",
  KeyC: "complaint",
  KeyN: "note",
  KeyO: "open",
  KeyP: "person",
  KeyX: "choose",
  KeyB: "bulk",
  KeyU: "undo",
};

/**
 * What a key does on the desk: an action, `rule:` with the number of a rule, or nothing.
 *
 * @param {Pick<KeyboardEvent, "key" | "code" | "shiftKey">} event
 * @param {boolean} areRulesOpen of the current comment
 * @returns {string | undefined}
 */
export function actionOf({ key, code, shiftKey }, areRulesOpen) {
  if (key === "?" || (code === "Slash" && shiftKey)) return "help";
  if (key === "/" || code === "Slash") return "search";
  if (shiftKey) return undefined;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
  return digit && areRulesOpen ? `rule:${digit}` : ACTIONS[code];
}
