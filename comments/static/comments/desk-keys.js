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

// The row of digits and the two keys to the right of it, in the order of the rules.
const RULE_KEYS = [
  ...["Digit1", "Digit2", "Digit3", "Digit4", "Digit5", "Digit6"],
  ...["Digit7", "Digit8", "Digit9", "Digit0", "Minus", "Equal"],
];

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
  const number = RULE_KEYS.indexOf(code.replace("Numpad", "Digit")) + 1;
  return number && areRulesOpen ? `rule:${number}` : ACTIONS[code];
}
