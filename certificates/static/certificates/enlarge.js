// Shows the picture of a link with data-enlarge in a dialog, as wide as the window or several times larger.
// Without this script the link opens the picture itself.

const LARGEST = 4;
/** @type {HTMLDialogElement | null} */
const dialog = document.querySelector("dialog[data-enlarged]");

/** @param {HTMLDialogElement} dialog */
function watch(dialog) {
  const image = /** @type {HTMLImageElement} */ (dialog.querySelector("img"));
  const sheet = /** @type {HTMLElement} */ (dialog.querySelector("[data-size]"));
  const larger = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-larger]"));
  const smaller = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-smaller]"));

  /** @param {number} size */
  function zoom(size) {
    sheet.dataset.size = String(size);
    // Not `disabled`: that would take the focus away from the button just pressed.
    larger.setAttribute("aria-disabled", String(size === LARGEST));
    smaller.setAttribute("aria-disabled", String(size === 1));
  }

  /** @param {number} by */
  const step = (by) => zoom(Math.min(Math.max(Number(sheet.dataset.size) + by, 1), LARGEST));

  let wanted = "";

  /** @param {string} url */
  function showWhenLoaded(url) {
    wanted = url;
    const large = new Image();
    large.addEventListener("load", () => {
      if (url === wanted) image.src = url;
    });
    large.src = url;
  }

  larger.addEventListener("click", () => step(1));
  smaller.addEventListener("click", () => step(-1));
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());

  document.addEventListener("click", (event) => {
    const { target } = event;
    const link = target instanceof Element ? target.closest("a[data-enlarge]") : null;
    // With such a key the person asks for another window.
    if (!(link instanceof HTMLAnchorElement) || !link.href || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // The small picture is there at once, until the large one has come.
    image.src = link.querySelector("img")?.src ?? link.href;
    showWhenLoaded(link.href);
    // On a phone a document as wide as the window is as small as the picture that was pressed.
    zoom(matchMedia("(min-width: 60rem)").matches ? 1 : LARGEST - 1);
    dialog.showModal();
  });
}

if (dialog) watch(dialog);
