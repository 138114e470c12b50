/**
 * Call it when the reader presses something. What it returns says later, when the server has answered,
 * whether the focus may be moved: only where the reader has not gone on to another control, or what
 * they type would land elsewhere.
 *
 * @param {ShadowRoot} root
 * @returns {() => boolean}
 */
export function watchFocus(root) {
  const before = focused(root);
  return () => [null, before].includes(focused(root));
}

/** @param {ShadowRoot} root */
function focused(root) {
  const { activeElement, body } = document;
  if (activeElement === root.host) return root.activeElement;
  return activeElement === body ? null : activeElement;
}
