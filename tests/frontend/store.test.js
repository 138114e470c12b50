import assert from "node:assert/strict";
import test from "node:test";
import { Store } from "../../comments/static/comments/widget/store.js";

/** @param {number} id @param {Partial<Api.Comment>} [changes] @returns {Api.Comment} */
function comment(id, changes = {}) {
  return {
    id,
    parent: null,
    depth: 0,
    state: "published",
    author_id: 100 + id,
    author: `Reader ${id}`,
    author_badge: "",
    in_reply_to: "",
    html: `<p>Comment ${id}</p>`,
    created_at: `2026-03-10T12:00:0${id}Z`,
    edited_at: null,
    reactions: { up: 0, down: 0 },
    ...changes,
  };
}

/** @param {Partial<Api.Viewer>} [changes] @returns {Api.Viewer} */
const viewer = (changes = {}) => ({ ...new Store().viewer, id: 7, name: "Anna", can_post: true, ...changes });

/** @param {Api.Comment[]} roots @param {Partial<Widget.Page>} [changes] @returns {Widget.Page} */
function page(roots, changes = {}) {
  const branches = roots.map((root) => ({ comment: root, replies: [], more: "" }));
  return { branches, count: roots.length, next_cursor: "", etag: '"1"', isPublic: true, ...changes };
}

/** @param {Store} store */
function recorded(store) {
  /** @type {[string, unknown][]} */
  const events = [];
  for (const name of /** @type {(keyof Widget.StoreEvents)[]} */ ([
    "sign-in",
    "count",
    "page",
    "posted",
    "comment",
    "muted",
  ])) {
    store.on(name, (detail) => events.push([name, detail]));
  }
  return events;
}

test("a page replaces what was there and says where it goes on", () => {
  const store = new Store();
  store.replacePage({ sort: "oldest" }, page([comment(1)], { next_cursor: "abc" }));
  assert.ok(store.hasMore);
  assert.deepEqual(store.nextQuery, { sort: "oldest", cursor: "abc" });
  store.addPage(store.nextQuery, page([comment(2)], { count: 2 }));
  assert.deepEqual([...store.comments.keys()], [1, 2]);
  assert.equal(store.queries.length, 2);
  assert.ok(!store.hasMore);
  store.replacePage({ sort: "newest" }, page([comment(3)]));
  assert.deepEqual([...store.comments.keys()], [3]);
  assert.deepEqual(store.queries, [{ sort: "newest" }]);
  assert.equal(store.newest, comment(3).created_at);
});

test("replies that are on the page already are not added again", () => {
  const store = new Store();
  store.replacePage({}, page([comment(1)]));
  const replies = [comment(2, { parent: 1 }), comment(1)];
  assert.deepEqual(store.addReplies(1, "abc", { replies, next_cursor: "" }), [replies[0]]);
  assert.deepEqual(store.replyQueries, [{ rootId: 1, cursor: "abc" }]);
});

test("a posted comment is counted and announced", () => {
  const store = new Store();
  store.replacePage({}, page([comment(1)]));
  const events = recorded(store);
  store.addPosted(comment(2));
  assert.deepEqual(events, [
    ["count", 2],
    ["posted", comment(2)],
  ]);
});

test("listeners hear of comments on the page only", () => {
  const store = new Store();
  store.replacePage({}, page([comment(1)]));
  const events = recorded(store);
  store.update(1, { state: "removed" });
  store.update(99, { state: "removed" });
  assert.deepEqual(events, [["comment", 1]]);
  assert.equal(store.comments.get(1)?.state, "removed");
});

test("a reaction is set and taken back", () => {
  const store = new Store();
  store.setViewer(viewer());
  store.replacePage({}, page([comment(1)]));
  store.setReaction(1, "up", { up: 3, down: 0 });
  assert.equal(store.viewer.reactions[1], "up");
  assert.equal(store.comments.get(1)?.reactions.up, 3);
  store.setReaction(1, null, { up: 2, down: 0 });
  assert.deepEqual(store.viewer.reactions, {});
});

test("a sign-in is announced once, a newer state of the same viewer is not", () => {
  const store = new Store();
  const events = recorded(store);
  store.setViewer(viewer());
  store.setViewer(viewer({ unread: 3 }));
  store.setUnread(0);
  assert.equal(events.length, 1);
  store.forgetViewer();
  assert.deepEqual(
    events.map(([name]) => name),
    ["sign-in", "sign-in"],
  );
});

test("when a sign-in ends, what holds for everybody stays", () => {
  const store = new Store();
  store.setViewer(viewer({ premoderated: true, sanction: "Muted until Monday.", muted: [101] }));
  assert.ok(!store.isOpen);
  store.forgetViewer();
  assert.ok(store.viewer.premoderated);
  assert.ok(store.isOpen);
  assert.ok(!store.isMuted(101));
  assert.ok(!store.isSignedIn);
});

test("nobody writes in a closed discussion", () => {
  const store = new Store();
  store.setViewer({ ...store.viewer, is_closed: true });
  assert.ok(!store.isOpen);
});

test("only comments of the viewer are own", () => {
  const store = new Store();
  assert.ok(!store.isOwn(comment(1, { author_id: null })));
  store.setViewer(viewer({ id: 101 }));
  assert.ok(store.isOwn(comment(1)));
  assert.ok(!store.isOwn(comment(2)));
});

test("hidden authors are kept here for anonymous readers and with the viewer for others", () => {
  const store = new Store();
  const events = recorded(store);
  store.setMuted(101, true);
  assert.ok(store.isMuted(101));
  store.setViewer(viewer());
  assert.ok(!store.isMuted(101));
  store.setMuted(102, true);
  assert.deepEqual(store.viewer.muted, [102]);
  store.setMuted(102, false);
  assert.ok(!store.isMuted(102));
  assert.ok(!store.isMuted(null));
  assert.deepEqual(
    events.filter(([name]) => name === "muted").map(([, id]) => id),
    [101, 102, 102],
  );
});

test("comparing finds what changed, what is missing and how many are new", () => {
  const store = new Store();
  store.replacePage({}, page([comment(1), comment(2), comment(3, { state: "removed" })]));
  const edited = comment(1, { html: "<p>Edited</p>" });
  const fresh = [comment(4), comment(5), comment(6, { state: "removed" })];
  const { changed, missing, fresh: count } = store.compare([edited, ...fresh], 5);
  assert.deepEqual(changed, [edited]);
  assert.deepEqual(missing, [2]);
  assert.equal(count, 2);
});

test("the count tells of new comments on pages that are not loaded", () => {
  const store = new Store();
  store.replacePage({}, page([comment(1)], { count: 40 }));
  assert.equal(store.compare([comment(1)], 43).fresh, 3);
  assert.equal(store.compare([comment(1)], 39).fresh, 0);
});

test("a comment older than the page is not new", () => {
  const store = new Store();
  store.replacePage({ sort: "newest" }, page([comment(5)]));
  assert.equal(store.compare([comment(5), comment(1)], 1).fresh, 0);
});

/** @param {Partial<Api.OwnComment>} changes @returns {Api.OwnComment} */
const ownComment = (changes) => ({
  id: 1,
  parent: null,
  depth: 0,
  state: "published",
  text: "Comment *1*",
  html: "<p>Comment <em>1</em></p>",
  created_at: "2026-03-10T12:00:01Z",
  edited_at: "2026-03-10T12:05:00Z",
  ...changes,
});

test("an edited comment takes over every field of the answer that the page has", () => {
  const store = new Store();
  const shown = Object.assign(comment(1), { revision: 1 });
  store.replacePage({ sort: "oldest" }, page([shown]));
  store.updateOwn(Object.assign(ownComment({}), { revision: 2 }));
  assert.deepEqual(store.comments.get(1), {
    ...shown,
    html: "<p>Comment <em>1</em></p>",
    edited_at: "2026-03-10T12:05:00Z",
    revision: 2,
  });
});

test("an edited comment that waits for an editor shows its state and no new text", () => {
  const store = new Store();
  store.replacePage({ sort: "oldest" }, page([comment(1)]));
  store.updateOwn(ownComment({ state: "held" }));
  assert.deepEqual(store.comments.get(1), comment(1, { state: "held" }));
});

test("an edited comment that is no longer on the page is not put there", () => {
  const store = new Store();
  store.updateOwn(ownComment({ id: 9 }));
  assert.equal(store.comments.size, 0);
});
