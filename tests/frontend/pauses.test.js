import assert from "node:assert/strict";
import test from "node:test";
import { GrowingPauses } from "../../certificates/static/certificates/pauses.js";

const seconds = (/** @type {number} */ ms) => ms / 1000;

test("each pause is twice as long as the one before, up to two minutes", () => {
  const pauses = new GrowingPauses();
  const taken = Array.from({ length: 7 }, () => seconds(pauses.take(() => 0)));
  assert.deepEqual(taken, [5, 10, 20, 40, 80, 120, 120]);
});

test("chance takes off at most a quarter", () => {
  const pauses = new GrowingPauses();
  assert.equal(seconds(pauses.take(() => 1)), 3.75);
  assert.equal(seconds(pauses.take(() => 0.5)), 8.75);
});

test("after an answer the pauses begin again", () => {
  const pauses = new GrowingPauses();
  pauses.take();
  pauses.take();
  pauses.reset();
  assert.equal(seconds(pauses.take(() => 0)), 5);
});
