import assert from "node:assert/strict";
import test from "node:test";
import { digestOf } from "../../certificates/static/certificates/digest.js";
import { positionAt, rangeOf } from "../../certificates/static/certificates/source-position.js";

const SOURCE = "#set page()\n\n#text[Имя]";

test("lines and columns are counted from one", () => {
  assert.deepEqual(positionAt(SOURCE, 0), { line: 1, column: 1 });
  assert.deepEqual(positionAt(SOURCE, 12), { line: 2, column: 1 });
  assert.deepEqual(positionAt(SOURCE, SOURCE.length), { line: 3, column: 11 });
});

test("a place in the source is selected up to the end of its line", () => {
  const { start, end } = rangeOf(SOURCE, 3, 7);
  assert.equal(SOURCE.slice(start, end), "Имя]");
  assert.deepEqual(positionAt(SOURCE, start), { line: 3, column: 7 });
});

test("a line that is not there selects nothing", () => {
  const { start, end } = rangeOf(SOURCE, 9, 1);
  assert.equal(SOURCE.slice(start, end), "");
});

test("the digest of a file is the one that the register has", async () => {
  const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(await digestOf(new Blob(["abc"])), expected);
});
