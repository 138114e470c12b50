// The picture of the document is exchanged only when the next one has arrived, so it never blinks.

const sheet = document.getElementById("preview");
let wanted = "";

async function show(address) {
  if (address === wanted) return;
  wanted = address;
  const next = new Image();
  next.src = address;
  next.alt = sheet.dataset.alt;
  try {
    await next.decode();
  } catch {
    return; // the picture before it stays
  }
  if (address === wanted) sheet.replaceChildren(next);
}

document.addEventListener("htmx:oobAfterSwap", () => {
  const next = document.querySelector("#preview-next [data-next]");
  if (next) show(next.dataset.next);
});
