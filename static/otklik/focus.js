/**
 * Whether a script may move the focus after an answer of the server. Where the person has gone on to
 * another control, what they type next must not land elsewhere.
 *
 * @param {Element} [replaced] the part of the page that the answer replaced
 */
export function mayMoveFocus(replaced) {
  const { activeElement } = document;
  return !activeElement || activeElement === document.body || replaced?.contains(activeElement) === true;
}
