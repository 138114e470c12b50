import assert from "node:assert/strict";
import test from "node:test";
import { otherLanguage } from "../../comments/static/comments/widget/dom.js";

for (const [text, language] of /** @type {const} */ ([
  ["გამარჯობა, მეგობრებო", "ka"],
  ["Բարեւ ձեզ", "hy"],
  ["你好", "zh"],
  ["こんにちは世界", "ja"],
  ["안녕하세요", "ko"],
  ["Καλημέρα", "el"],
  ["שלום", "he"],
  ["مرحبا", "ar"],
  ["Good morning", "en"],
])) {
  test(`${text} is read aloud as ${language}`, () => {
    assert.equal(otherLanguage(text, "ru"), language);
    assert.equal(otherLanguage(`${text} https://пример.example/страница`, "ru"), language);
    assert.equal(otherLanguage(text, language), null);
  });
}

test("a text in the language of the widget, or without letters, needs no language of its own", () => {
  for (const text of ["Добрый день", "Слово «გამარჯობა» значит «привет»", "2026, 15:30!", ""]) {
    assert.equal(otherLanguage(text, "ru"), null);
  }
});
