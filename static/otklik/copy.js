// Buttons with data-copy copy that text and say so with data-copied. Browsers offer the clipboard on secure
// origins only; elsewhere the buttons stay hidden, and the address beside them can be selected.

/** @type {NodeListOf<HTMLButtonElement>} */
const buttons = document.querySelectorAll("button[data-copy]");
for (const button of navigator.clipboard ? buttons : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    document.dispatchEvent(new CustomEvent("otklik:toast", { detail: { text: button.dataset.copied ?? "" } }));
  });
}
