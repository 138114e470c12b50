// Replaces the pictures of the document only when the next one has arrived, so that they never blink.

const ATTEMPTS = 6;
const PAUSE_MS = 700;
// One stands beside the form, and a small one stays in sight on a phone.
/** @type {NodeListOf<HTMLAnchorElement>} */
const sheets = document.querySelectorAll("a[data-preview]");
let wanted = "";

/** @param {string} url */
async function loaded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** @param {HTMLImageElement} image @param {string} url */
function place(image, url) {
  for (const sheet of sheets) {
    const copy = /** @type {HTMLImageElement} */ (image.cloneNode());
    copy.alt = sheet.dataset.alt ?? "";
    sheet.querySelector("[data-picture]")?.replaceChildren(copy);
    // The same document, drawn for reading.
    sheet.href = url.replace("beside&", "");
  }
}

/** @param {string} url */
async function show(url) {
  if (url === wanted) return;
  wanted = url;
  // While many people preview at once, the server answers some of them with "try again in a moment".
  for (let attempt = 1; attempt <= ATTEMPTS && url === wanted; attempt += 1) {
    try {
      const image = await loaded(url);
      if (url === wanted) place(image, url);
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

/** @type {HTMLImageElement | null} */
const first = document.querySelector("a[data-preview] img");
if (first) {
  if (first.complete && !first.naturalWidth) show(first.src);
  else first.addEventListener("error", () => show(first.src), { once: true });
}
