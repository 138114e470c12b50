import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { UnsavedAnswers } from "../../certificates/static/certificates/unsaved-answers.js";

function storage() {
  /** @type {Map<string, string>} */
  const values = new Map();
  return {
    values,
    /** @param {string} key */
    read: (key) => values.get(key) ?? null,
    /** @param {string} key @param {string} value */
    write: (key, value) => {
      if (value) values.set(key, value);
      else values.delete(key);
    },
  };
}

test("an answer is kept with what its person saw first", () => {
  const answers = new UnsavedAnswers("7:publication", storage());
  answers.keep("surname", "Ив", "token-1");
  answers.keep("surname", "Иванова", "token-2");
  const { value, version } = answers.read().get("surname") ?? assert.fail();
  assert.deepEqual([value, version], ["Иванова", "token-1"]);
});

test("forms of one browser do not mix", () => {
  const browser = storage();
  new UnsavedAnswers("7:publication", browser).keep("surname", "Иванова");
  assert.equal(new UnsavedAnswers("8:publication", browser).read().size, 0);
});

test("what was typed after it was sent is still unsaved", () => {
  const browser = storage();
  const answers = new UnsavedAnswers("7:publication", browser);
  answers.keep("surname", "Иванова");
  answers.keep("title", "Урок");
  answers.markSaved([
    ["surname", "Ив"],
    ["title", "Урок"],
    ["csrfmiddlewaretoken", "x"],
  ]);
  assert.deepEqual([...answers.read().keys()], ["surname"]);
  answers.markSaved([["surname", "Иванова"]]);
  assert.equal(browser.values.size, 0);
});

test("an answer is forgotten after a day", () => {
  mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-03-10T12:00:00Z") });
  const answers = new UnsavedAnswers("7:publication", storage());
  answers.keep("surname", "Иванова");
  mock.timers.setTime(Date.parse("2026-03-11T11:59:59Z"));
  assert.equal(answers.read().size, 1);
  mock.timers.setTime(Date.parse("2026-03-11T12:00:01Z"));
  assert.equal(answers.read().size, 0);
  mock.timers.reset();
});

test("what cannot be read is no answer", () => {
  const browser = storage();
  browser.write("otklik:answers:7:publication", "{");
  assert.equal(new UnsavedAnswers("7:publication", browser).read().size, 0);
});
