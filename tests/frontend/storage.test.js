import assert from "node:assert/strict";
import test, { afterEach } from "node:test";
import { read, write } from "../../static/otklik/storage.js";
import { clear, keys } from "../../static/otklik/stored-keys.js";

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
  for (const key of ["draft", "other"]) write(key, "");
});

test("a value is kept in the browser and an empty one removed", () => {
  const browser = workingStorage();
  useStorage(browser);
  write("draft", "Текст");
  assert.equal(browser.getItem("draft"), "Текст");
  assert.equal(read("draft"), "Текст");
  write("draft", "");
  assert.equal(read("draft"), null);
});

test("what a full storage refuses is kept until the page is closed", () => {
  const browser = workingStorage();
  useStorage(browser);
  write("draft", "Начало");
  browser.setItem = refuse;
  write("draft", "Начало и продолжение");
  assert.equal(read("draft"), "Начало и продолжение");
  write("draft", "");
  assert.equal(read("draft"), null);
});

test("works where storage is switched off", () => {
  useStorage({ getItem: refuse, setItem: refuse, removeItem: refuse });
  assert.equal(read("draft"), null);
  write("draft", "Текст");
  assert.equal(read("draft"), "Текст");
});

test("clearing removes the values with one of the prefixes", () => {
  useStorage(workingStorage());
  write("otklik:draft:1", "Черновик");
  write("otklik:theme", "dark");
  clear(["otklik:draft:", "otklik:answers:"]);
  assert.equal(read("otklik:draft:1"), null);
  assert.equal(read("otklik:theme"), "dark");
});

test("keys are found in the browser and among what a full storage refused", () => {
  const browser = workingStorage();
  useStorage(browser);
  write("otklik:draft:1", "Черновик");
  browser.setItem = refuse;
  write("otklik:draft:2", "Второй");
  write("otklik:theme", "dark");
  assert.deepEqual(keys("otklik:draft:").sort(), ["otklik:draft:1", "otklik:draft:2"]);
  clear(["otklik:"]);
  assert.deepEqual(keys("otklik:"), []);
});
