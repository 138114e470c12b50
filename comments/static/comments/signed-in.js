// The last page of a sign-in in a pop-up window hands the token to the page that opened it, and only to
// a page of that origin. A page that is cut off from its windows gets a code in its own address.

const { token, origin = "" } = /** @type {HTMLElement} */ (document.getElementById("signed-in")).dataset;
const back = /** @type {HTMLAnchorElement} */ (document.getElementById("back"));

if (window.opener) {
  window.opener.postMessage({ type: "otklik:token", token }, origin);
  window.close();
} else if (back.hash) {
  location.replace(back.href);
}
