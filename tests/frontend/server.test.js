import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { ApiError, Server } from "../../comments/static/comments/widget/server.js";

const HOME = "https://news.example";
const OTKLIK = "https://otklik.example";

/** @type {{ url: string, options: RequestInit & { headers: Record<string, string> } }[]} */
let requests = [];
let response = Response.json({});

beforeEach(() => {
  requests = [];
  response = Response.json({});
  Object.assign(globalThis, {
    location: new URL(`${HOME}/article/?page=2`),
    document: { cookie: "theme=dark; csrftoken=a%3Db" },
    /** @param {string} url @param {any} options */
    fetch: async (url, options) => {
      requests.push({ url, options });
      return response.clone();
    },
  });
});

/** @param {Partial<Widget.ServerOptions>} [options] */
const server = (options) =>
  new Server({
    base: `${OTKLIK}/`,
    site: "vesti",
    key: "news/article 1",
    language: "en",
    page: () => ({ title: "Article", url: `${HOME}/article/` }),
    ...options,
  });

const last = () => requests.at(-1) ?? assert.fail("Nothing was requested.");

test("a key may have slashes, and its parts are escaped", async () => {
  await server().viewer();
  assert.equal(last().url, `${OTKLIK}/api/v1/sites/vesti/threads/news/article%201/viewer/`);
});

test("a key whose path would be another one is escaped twice", async () => {
  const keys = ["..", ".", "a/../b", "a//b", "about/viewer", "comments", "comments/5/replies", "~a", "a/people/b"];
  for (const key of keys) {
    await server({ key }).viewer();
    const path = new URL(last().url).pathname.split("/");
    assert.equal(path.length, 9);
    const escaped = path[6] ?? "";
    assert.equal(escaped[0], "~");
    assert.equal(decodeURIComponent(decodeURIComponent(escaped.slice(1))), key);
  }
  for (const key of ["article-1", "news/2026/1", "a.b", "viewers", "мой ключ"]) {
    await server({ key }).viewer();
    assert.ok(!last().url.includes("~"), key);
  }
});

test("an empty parameter is left out", async () => {
  await server().comments({ sort: "oldest", cursor: "", comment: "5" });
  assert.ok(last().url.endsWith("/comments/?sort=oldest&comment=5"));
});

test("on another origin a token is sent, and no cookie", async () => {
  const otklik = server();
  otklik.signIn("secret");
  await otklik.edit(5, "Text");
  const { credentials, headers, method } = last().options;
  assert.equal(method, "PATCH");
  assert.equal(credentials, "omit");
  assert.equal(headers.Authorization, "Widget secret");
  assert.equal(headers["X-CSRFToken"], undefined);
});

test("what everybody sees is asked for without a token", async () => {
  const otklik = server();
  otklik.signIn("secret");
  await otklik.rules();
  assert.equal(last().options.headers.Authorization, undefined);
});

test("on Otklik's own origin the cookie is sent, and writes prove that they come from the page", async () => {
  const otklik = server({ base: HOME });
  await otklik.comment(5);
  assert.equal(last().options.credentials, "same-origin");
  assert.equal(last().options.headers["X-CSRFToken"], undefined);
  await otklik.withdraw(5);
  assert.equal(last().options.headers["X-CSRFToken"], "a=b");
});

test("over HTTPS the proof is in the cookie that a neighbouring host cannot set", async () => {
  Object.assign(globalThis.document, { cookie: "csrftoken=planted; __Host-csrftoken=own" });
  await server({ base: HOME }).withdraw(5);
  assert.equal(last().options.headers["X-CSRFToken"], "own");
});

test("a comment names its page and its idempotency key", async () => {
  await server().post("Text", null, "key-1");
  const { body, headers } = last().options;
  assert.equal(headers["Idempotency-Key"], "key-1");
  assert.deepEqual(JSON.parse(String(body)), {
    text: "Text",
    parent: null,
    title: "Article",
    url: `${HOME}/article/`,
  });
});

test("a response without a body is no error", async () => {
  response = new Response(null, { status: 204 });
  assert.equal(await server().mute(7, true), null);
});

test("the page that the browser may share is told from a private one", async () => {
  response = Response.json({ count: 0 }, { headers: { ETag: '"1"', "Cache-Control": "private" } });
  const { etag, isPublic } = await server().comments({});
  assert.deepEqual([etag, isPublic], ['"1"', false]);
});

test("the sign-in page leads back to the form", () => {
  const url = new URL(server({ base: HOME }).accountsUrl("login", "#otklik-form"));
  assert.equal(url.pathname, "/accounts/login/");
  assert.equal(url.searchParams.get("next"), "/article/?page=2#otklik-form");
});

test("a refusal says what is wrong", async () => {
  const strings = /** @type {Strings} */ ({ serverFailed: "Something went wrong." });
  /** @param {number} status @param {unknown} problem */
  const explanation = async (status, problem) => {
    response = Response.json(problem, { status });
    const error = await server()
      .viewer()
      .catch((reason) => reason);
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, status);
    return error.explain(strings);
  };
  assert.deepEqual(await explanation(409, { title: "Conflict", detail: "It has changed." }), ["It has changed."]);
  assert.deepEqual(await explanation(422, { errors: { text: ["Too long.", "No link."], title: ["Empty."] } }), [
    "Too long.",
    "No link.",
    "Empty.",
  ]);
  assert.deepEqual(await explanation(502, { detail: "upstream" }), ["Something went wrong."]);
  assert.deepEqual(await explanation(400, {}), ["Something went wrong."]);
});

test("an answer that is no JSON is a refusal, too", async () => {
  response = new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "Content-Type": "text/html" } });
  await assert.rejects(server().viewer(), ApiError);
});
