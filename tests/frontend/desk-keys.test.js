import assert from "node:assert/strict";
import test from "node:test";
import { actionOf } from "../../comments/static/comments/desk-keys.js";

/** @param {string} code @param {string} [key] @param {boolean} [shiftKey] */
const press = (code, key = "", shiftKey = false) => ({ code, key, shiftKey });

test("letters work by their place, whatever the layout", () => {
  assert.equal(actionOf(press("KeyA", "a"), false), "approve");
  assert.equal(actionOf(press("KeyA", "ф"), false), "approve");
});

test("a capital letter does nothing", () => {
  assert.equal(actionOf(press("KeyA", "A", true), false), undefined);
});

test("a digit chooses a rule while the rules are open", () => {
  assert.equal(actionOf(press("Digit3", "3"), true), "rule:3");
  assert.equal(actionOf(press("Numpad3", "3"), true), "rule:3");
  assert.equal(actionOf(press("Digit3", "3"), false), undefined);
  assert.equal(actionOf(press("Digit0", "0"), true), "rule:10");
  assert.equal(actionOf(press("Minus", "-"), true), "rule:11");
  assert.equal(actionOf(press("Equal", "="), true), "rule:12");
  assert.equal(actionOf(press("Minus", "-"), false), undefined);
});

test("the slash opens the search, and with Shift the help, on either layout", () => {
  assert.equal(actionOf(press("Slash", "/"), false), "search");
  assert.equal(actionOf(press("Slash", "."), false), "search");
  assert.equal(actionOf(press("Slash", "?", true), false), "help");
  assert.equal(actionOf(press("Slash", ",", true), false), "help");
  assert.equal(actionOf(press("Digit7", "?", true), false), "help");
});
