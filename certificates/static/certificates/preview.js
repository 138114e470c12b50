// Replaces the picture of the document only when the next one has arrived, so that it never blinks.

const ATTEMPTS = 6;
const PAUSE_MS = 700;
const sheet = document.getElementById("preview");
let wanted = "";

/** @param {string} url */
async function loaded(url) {
  const image = new Image();
  image.src = url;
  image.alt = sheet?.dataset.alt ?? "";
  await image.decode();
  return image;
}

/** @param {string} url */
async function show(url) {
  if (url === wanted) return;
  wanted = url;
  // While many people preview at once, the server answers some of them with "try again in a moment".
  for (let attempt = 1; attempt <= ATTEMPTS && url === wanted; attempt += 1) {
    try {
      const image = await loaded(url);
      if (url === wanted) sheet?.replaceChildren(image);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  }
}

document.addEventListener("htmx:oobAfterSwap", () => {
  /** @type {HTMLElement | null} */
  const next = document.querySelector("#preview-next [data-next]");
  if (next?.dataset.next) show(next.dataset.next);
});

const first = sheet?.querySelector("img");
if (first) {
  if (first.complete && !first.naturalWidth) show(first.src);
  else first.addEventListener("error", () => show(first.src), { once: true });
}
