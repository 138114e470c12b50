// The device refused, or the person changed their mind: the page says so instead of standing still.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const text = document.getElementById("passkey-refused").textContent;
  document.body.dispatchEvent(new CustomEvent("otklik:toast", { bubbles: true, detail: { text } }));
});
