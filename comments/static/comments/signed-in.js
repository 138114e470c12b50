// Hands the token to the page that opened this window: to that origin alone.
const { token, origin } = document.getElementById("signed-in").dataset;

if (window.opener) {
  window.opener.postMessage({ type: "otklik:token", token }, origin);
  window.close();
} else {
  document.getElementById("no-opener").hidden = false;
}
