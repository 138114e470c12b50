// When the device refuses a passkey or the person cancels, allauth.js only dispatches this event. Without
// an answer here the page would stand still.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const text = document.getElementById("passkey-refused")?.textContent;
  document.dispatchEvent(new CustomEvent("otklik:toast", { detail: { text } }));
});
