/**
 * The SHA-256 digest in hexadecimal, as the register keeps it. Browsers offer crypto.subtle on secure
 * origins only; elsewhere null.
 *
 * @param {Blob} file
 */
export async function digestOf(file) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
