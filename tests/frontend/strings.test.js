import assert from "node:assert/strict";
import test from "node:test";
import { loadDialogStrings, loadStrings } from "../../comments/static/comments/widget/strings.js";

test("a page in English gets English, every other page Russian", async () => {
  assert.equal((await loadStrings("en-GB")).language, "en");
  assert.equal((await loadStrings("EN")).language, "en");
  assert.equal((await loadStrings("ru-RU")).language, "ru");
  assert.equal((await loadStrings("de")).language, "ru");
});

test("new comments are counted in the right form", async () => {
  const russian = await loadStrings("ru");
  const english = await loadStrings("en");
  /** @type {[number, string, string][]} */
  const cases = [
    [1, "новый комментарий", "new comment"],
    [2, "новых комментария", "new comments"],
    [5, "новых комментариев", "new comments"],
    [11, "новых комментариев", "new comments"],
    [21, "новый комментарий", "new comments"],
  ];
  for (const [count, ru, en] of cases) {
    assert.equal(russian.newComments(count), `${count} ${ru}`);
    assert.equal(english.newComments(count), `${count} ${en}`);
  }
});

test("both languages have the same strings", async () => {
  /** @param {object} strings @returns {string[]} */
  const names = (strings) =>
    Object.entries(strings).flatMap(([name, value]) =>
      typeof value === "object" && name !== "newComment" ? names(value).map((part) => `${name}.${part}`) : name,
    );
  const [russian, english] = [await loadStrings("ru"), await loadStrings("en")];
  assert.deepEqual(names(russian), names(english));
  assert.deepEqual(names(await loadDialogStrings(russian)), names(await loadDialogStrings(english)));
});
