import assert from "node:assert/strict";
import test from "node:test";
import { nameTyped } from "../../comments/static/comments/widget/mention-text.js";

for (const [text, name] of /** @type {[string, string | null][]} */ ([
  ["@", ""],
  ["@Анна", "Анна"],
  ["Согласна, @Анна_К.", "Анна_К."],
  ["(@ann", "ann"],
  ["anna@example", null],
  ["https://example.org/@anna", null],
  ["@Анна К", null],
  [`@${"а".repeat(31)}`, null],
  ["", null],
])) {
  test(`in "${text}" the name typed is ${name === null ? "none" : `"${name}"`}`, () => {
    assert.equal(nameTyped(text, text.length), name);
  });
}

test("only what is before the cursor counts", () => {
  assert.equal(nameTyped("@Анна, здравствуйте", 3), "Ан");
});
