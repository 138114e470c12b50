// Not after a letter, as in an e-mail address, nor within a link.
const CALL = /(?:^|[^\p{L}\p{N}_@/.])@([\p{L}\p{N}_.-]{0,30})$/u;

/**
 * The beginning of a name that is being typed after an @ before the cursor; null where there is none.
 *
 * @param {string} text
 * @param {number} cursor
 */
export const nameTyped = (text, cursor) => CALL.exec(text.slice(0, cursor))?.[1] ?? null;
