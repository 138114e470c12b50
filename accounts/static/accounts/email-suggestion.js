// A corrected e-mail address offered beside a field replaces what was typed.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("button[data-fill]");
  if (!(button instanceof HTMLButtonElement)) return;
  const field = document.getElementById(button.dataset.fill ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  field.value = button.dataset.value ?? "";
  field.focus();
  button.parentElement?.remove();
});
