// The picture of the document is exchanged only when the next one has arrived, so it never blinks.

const sheet = document.getElementById("preview");
const TRIES = 6;
const PAUSE_MS = 700;
let wanted = "";

async function drawn(address) {
  const next = new Image();
  next.src = address;
  next.alt = sheet.dataset.alt;
  await next.decode();
  return next;
}

async function show(address) {
  if (address === wanted) return;
  wanted = address;
  // Where many look at their documents at once, the server asks to come again in a moment.
  for (let tried = 0; tried < TRIES && address === wanted; tried += 1) {
    try {
      const next = await drawn(address);
      if (address === wanted) sheet.replaceChildren(next);
      return;
    } catch {
      await new Promise((again) => setTimeout(again, PAUSE_MS * (tried + 1)));
    }
  }
}

document.addEventListener("htmx:oobAfterSwap", () => {
  const next = document.querySelector("#preview-next [data-next]");
  if (next) show(next.dataset.next);
});

const first = sheet?.querySelector("img");
if (first) {
  if (first.complete && !first.naturalWidth) show(first.src);
  else first.addEventListener("error", () => show(first.src), { once: true });
}
