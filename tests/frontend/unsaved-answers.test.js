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
    /** @param {string} prefix */
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/**
 * The storage as two windows in two processes see it: each has its own writes at once, and those of the
 * other only after `exchange`, when the last of them holds for both.
 */
function twoWindows() {
  const [one, other] = [storage(), storage()];
  /** @type {[string, string][]} */
  const written = [];
  /** @param {ReturnType<typeof storage>} own */
  const window = (own) => ({
    ...own,
    /** @param {string} key @param {string} value */
    write: (key, value) => {
      own.write(key, value);
      written.push([key, value]);
    },
  });
  const exchange = () => {
    for (const [key, value] of written.splice(0)) for (const own of [one, other]) own.write(key, value);
  };
  return { one: window(one), other: window(other), exchange };
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

test("an answer saved in one window does not come back by what another keeps", () => {
  const { one, other, exchange } = twoWindows();
  const first = new UnsavedAnswers("7:publication", one);
  const second = new UnsavedAnswers("7:publication", other);
  first.keep("title", "Урок");
  exchange();
  first.markSaved([["title", "Урок"]]);
  second.keep("url", "https://vesti.example/1"); // The title is still in its view of the storage.
  exchange();
  second.markSaved([["url", "https://vesti.example/1"]]);
  exchange();
  assert.deepEqual([one.values.size, other.values.size], [0, 0]);
});

test("an answer kept in one window outlives what another forgets", () => {
  const { one, other, exchange } = twoWindows();
  const first = new UnsavedAnswers("7:publication", one);
  first.keep("title", "Урок");
  exchange();
  new UnsavedAnswers("7:publication", other).keep("url", "https://vesti.example/1");
  first.markSaved([["title", "Урок"]]);
  exchange();
  for (const browser of [one, other]) {
    assert.deepEqual([...new UnsavedAnswers("7:publication", browser).read().keys()], ["url"]);
  }
});

test("each of two windows keeps its own answer to one question", () => {
  const browser = storage();
  const first = new UnsavedAnswers("7:publication", browser);
  const second = new UnsavedAnswers("7:publication", browser);
  first.keep("title", "Урок", "token-1");
  second.keep("title", "Занятие", "token-2");
  second.markSaved([["title", "Занятие"]]);
  assert.equal(first.read().get("title")?.value, "Урок");
});

test("an empty answer that another window shows does not stand for one that was deleted here", () => {
  const browser = storage();
  const second = new UnsavedAnswers("7:publication", browser);
  new UnsavedAnswers("7:publication", browser).keep("title", "");
  second.markSaved([["title", ""]]);
  assert.equal(new UnsavedAnswers("7:publication", browser).read().size, 1);
});

test("an answer is forgotten after a day", () => {
  mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-03-10T12:00:00Z") });
  const browser = storage();
  const answers = new UnsavedAnswers("7:publication", browser);
  answers.keep("surname", "Иванова");
  mock.timers.setTime(Date.parse("2026-03-11T11:59:59Z"));
  assert.equal(answers.read().size, 1);
  mock.timers.setTime(Date.parse("2026-03-11T12:00:01Z"));
  assert.equal(answers.read().size, 0);
  assert.equal(new UnsavedAnswers("7:publication", browser).read().size, 0);
  assert.equal(browser.values.size, 0);
  mock.timers.reset();
});

test("what cannot be read is no answer", () => {
  const browser = storage();
  browser.write("otklik:answers:7:publication:surname", "{");
  browser.write("otklik:answers:7:publication:title", "1");
  assert.equal(new UnsavedAnswers("7:publication", browser).read().size, 0);
});
