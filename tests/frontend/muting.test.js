import assert from "node:assert/strict";
import test from "node:test";
import { Muting } from "../../comments/static/comments/widget/muting.js";
import { Store } from "../../comments/static/comments/widget/store.js";
import { read } from "../../static/otklik/storage.js";

const KEY = "otklik:muted";

/** @param {{ isOnline?: boolean }} [options] */
function mutingWith({ isOnline = true } = {}) {
  /** @type {[number, boolean][]} */
  const requests = [];
  /** @type {string[]} */
  const said = [];
  const store = new Store();
  const server = {
    /** @param {number} id @param {boolean} isMuted */
    async mute(id, isMuted) {
      if (!isOnline) throw new Error("No connection");
      requests.push([id, isMuted]);
    },
  };
  const status = {
    /** @param {string} sentence */
    say: (sentence) => said.push(sentence),
    /** @param {() => Promise<unknown>} act */
    attempt: (act) => act().catch(() => null),
  };
  const strings = {
    undo: "Undo",
    /** @param {string} name */
    nowMuted: (name) => `${name} is hidden`,
    /** @param {string} name */
    nowUnmuted: (name) => `${name} is shown`,
  };
  const context = /** @type {any} */ ({ store, server, status, strings });
  return { muting: new Muting(context), requests, said, store };
}

/** @param {Partial<Api.Viewer>} changes @returns {Api.Viewer} */
const viewer = (changes) => ({ ...new Store().viewer, id: 7, muted: [], ...changes });

test("an anonymous reader's choice stays in this browser", async () => {
  const { muting, requests, said, store } = mutingWith();
  await muting.toggle(101, "Boris");
  assert.ok(store.isMuted(101));
  assert.equal(read(KEY), "[101]");
  await muting.toggle(101, "Boris");
  assert.equal(read(KEY), null);
  assert.deepEqual(requests, []);
  assert.deepEqual(said, ["Boris is hidden", "Boris is shown"]);
});

test("a member's choice is kept by the server, and only if the server has it", async () => {
  const online = mutingWith();
  online.store.setViewer(viewer({}));
  await online.muting.toggle(101, "Boris");
  assert.deepEqual(online.requests, [[101, true]]);
  assert.ok(online.store.isMuted(101));
  const offline = mutingWith({ isOnline: false });
  offline.store.setViewer(viewer({}));
  await offline.muting.toggle(101, "Boris");
  assert.ok(!offline.store.isMuted(101));
  assert.deepEqual(offline.said, []);
});

test("whom a reader hid before signing in stays hidden, except themselves", async () => {
  const { muting, requests, store } = mutingWith();
  for (const id of [7, 101, 102]) store.setMuted(id, true);
  const signedIn = viewer({ id: 7, muted: [102] });
  await muting.moveToServer(signedIn);
  assert.deepEqual(requests, [[101, true]]);
  assert.deepEqual(signedIn.muted, [102, 101]);
  assert.equal(store.mutedHere.size, 0);
});

test("without a connection nothing of it is lost", async () => {
  const { muting, store } = mutingWith({ isOnline: false });
  store.setMuted(101, true);
  await muting.moveToServer(viewer({}));
  assert.deepEqual([...store.mutedHere], [101]);
});
