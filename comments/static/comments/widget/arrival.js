// The end of a sign-in that has led back to this page with a code in its address. Loaded on such a page alone.

import { read, write } from "../../otklik/storage.js";

/** One exchange for all discussions of the page. @type {Promise<void> | undefined} */
let exchange;

/** @param {Widget.Server} server @param {string} code */
export async function arrive(server, code) {
  exchange ??= exchanged(server, code);
  await exchange;
  server.readToken();
}

/** @param {Widget.Server} server @param {string} code */
async function exchanged(server, code) {
  const state = read(server.stateKey);
  write(server.stateKey, "");
  // Without one, nobody began to sign in here: somebody else's code must not sign this reader in.
  if (!state) return;
  try {
    await server.signInBy(code, state);
  } catch {
    // The reader sees that they are not signed in, and may begin again.
  }
}
