import assert from "node:assert/strict";
import test, { afterEach } from "node:test";
import * as widget from "../../comments/static/comments/widget/storage.js";
import * as pages from "../../static/otklik/storage.js";

/** @param {Partial<Storage>} methods */
function useStorage(methods) {
  Object.defineProperty(globalThis, "localStorage", { value: methods, configurable: true });
}

/** Keeps its values as own properties, as the browser's storage does. @returns {Storage} */
function workingStorage() {
  /** @type {ThisType<Record<string, string>> & Pick<Storage, "getItem" | "setItem" | "removeItem">} */
  const methods = {
    getItem(key) {
      return this[key] ?? null;
    },
    setItem(key, value) {
      this[key] = value;
    },
    removeItem(key) {
      delete this[key];
    },
  };
  return Object.create(methods);
}

/** @returns {never} */
function refuse() {
  throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
}

afterEach(() => {
  for (const key of ["draft", "other"]) for (const storage of [widget, pages]) storage.write(key, "");
});

for (const [name, storage] of Object.entries({ widget, pages })) {
  test(`${name}: a value is kept in the browser and an empty one removed`, () => {
    const browser = workingStorage();
    useStorage(browser);
    storage.write("draft", "Текст");
    assert.equal(browser.getItem("draft"), "Текст");
    assert.equal(storage.read("draft"), "Текст");
    storage.write("draft", "");
    assert.equal(storage.read("draft"), null);
  });

  test(`${name}: what a full storage refuses is kept until the page is closed`, () => {
    const browser = workingStorage();
    useStorage(browser);
    storage.write("draft", "Начало");
    browser.setItem = refuse;
    storage.write("draft", "Начало и продолжение");
    assert.equal(storage.read("draft"), "Начало и продолжение");
    storage.write("draft", "");
    assert.equal(storage.read("draft"), null);
  });

  test(`${name}: works where storage is switched off`, () => {
    useStorage({ getItem: refuse, setItem: refuse, removeItem: refuse });
    assert.equal(storage.read("draft"), null);
    storage.write("draft", "Текст");
    assert.equal(storage.read("draft"), "Текст");
  });
}

test("clearing removes the values with one of the prefixes", () => {
  useStorage(workingStorage());
  pages.write("otklik:draft:1", "Черновик");
  pages.write("otklik:theme", "dark");
  pages.clear(["otklik:draft:", "otklik:answers:"]);
  assert.equal(pages.read("otklik:draft:1"), null);
  assert.equal(pages.read("otklik:theme"), "dark");
});

test("keys are found in the browser and among what a full storage refused", () => {
  const browser = workingStorage();
  useStorage(browser);
  pages.write("otklik:draft:1", "Черновик");
  browser.setItem = refuse;
  pages.write("otklik:draft:2", "Второй");
  pages.write("otklik:theme", "dark");
  assert.deepEqual(pages.keys("otklik:draft:").sort(), ["otklik:draft:1", "otklik:draft:2"]);
  pages.clear(["otklik:"]);
  assert.deepEqual(pages.keys("otklik:"), []);
});
