// The last page of a sign-in in a pop-up window hands the token to the page that opened it, and only to
// a page of that origin.

const { token, origin = "" } = /** @type {HTMLElement} */ (document.getElementById("signed-in")).dataset;
const explanation = /** @type {HTMLElement} */ (document.getElementById("no-opener"));

if (window.opener) {
  window.opener.postMessage({ type: "otklik:token", token }, origin);
  window.close();
} else {
  explanation.hidden = false;
}
