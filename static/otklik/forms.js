// Small courtesies of forms.

// Browsers without field-sizing: a text field grows with its text.
if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", (event) => {
    if (!event.target.matches("textarea[data-autosize]")) return;
    event.target.style.blockSize = "auto";
    event.target.style.blockSize = `${event.target.scrollHeight + 2}px`;
  });
}

// A double click sends a form once. The wait ends with the page, or after a few seconds where the
// answer is a file and the page stays.
const sent = new WeakSet();
const RELEASE_AFTER_MS = 4000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  setTimeout(() => sent.delete(form), RELEASE_AFTER_MS);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) sent.delete(form);
});

// Without a connection the browser would put its own page in place of what is typed.
document.addEventListener(
  "submit",
  (event) => {
    if (navigator.onLine || event.target.method !== "post" || event.target.hasAttribute("hx-post")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { lost } = document.querySelector("[data-toasts]").dataset;
    document.dispatchEvent(new CustomEvent("otklik:toast", { detail: { text: lost } }));
  },
  true,
);

// <select data-submit> and the like send their form when changed.
document.addEventListener("change", (event) => {
  if ("submit" in event.target.dataset) event.target.form.requestSubmit();
});

function focusErrorSummary(scope) {
  scope.querySelector("[data-error-summary]")?.focus();
}

document.addEventListener("htmx:load", (event) => focusErrorSummary(event.detail.elt));
focusErrorSummary(document);
