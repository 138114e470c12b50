// A correction offered beside a field is taken by one click.
document.addEventListener("click", (event) => {
  const offer = event.target.closest("[data-fill]");
  if (!offer) return;
  const field = document.getElementById(offer.dataset.fill);
  field.value = offer.dataset.value;
  field.focus();
  offer.parentElement.remove();
});
