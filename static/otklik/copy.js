// Buttons with data-copy copy that text and say so with data-copied: in the status region that follows the
// button, or in a toast. Browsers offer the clipboard on secure origins only; elsewhere the buttons stay
// hidden, and the text beside them can be selected.

/** @type {NodeListOf<HTMLButtonElement>} */
const buttons = document.querySelectorAll("button[data-copy]");
for (const button of navigator.clipboard ? buttons : []) {
  const status = button.parentElement?.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { copy = "", copied: text = "" } = button.dataset;
    await navigator.clipboard.writeText(copy);
    if (status) status.textContent = text;
    else document.dispatchEvent(new CustomEvent("otklik:toast", { detail: { text } }));
  });
}
