import assert from "node:assert/strict";
import test from "node:test";
import { ResponseOrder } from "../../certificates/static/certificates/response-order.js";

test("a late response is outdated about every question but its own", () => {
  const order = new ResponseOrder();
  order.receive(2, "given_name");
  order.receive(1, "surname");
  assert.equal(order.isOutdated("given_name"), true);
  assert.equal(order.isOutdated("title"), true);
  assert.equal(order.isOutdated("surname"), false);
});

test("a late response from no question is outdated about all", () => {
  const order = new ResponseOrder();
  order.receive(2, "given_name");
  order.receive(1, "");
  assert.equal(order.isOutdated("surname"), true);
});

test("responses in the order of their requests are right about all questions", () => {
  const order = new ResponseOrder();
  for (const [sentAt, question] of /** @type {const} */ ([
    [1, "surname"],
    [2, "given_name"],
    [2, "title"],
  ])) {
    order.receive(sentAt, question);
    assert.equal(order.isOutdated("surname"), false);
  }
});

test("a late response does not make the next one late", () => {
  const order = new ResponseOrder();
  order.receive(3, "surname");
  order.receive(1, "given_name");
  order.receive(2, "title");
  assert.equal(order.isOutdated("surname"), true);
  order.receive(4, "title");
  assert.equal(order.isOutdated("surname"), false);
});
