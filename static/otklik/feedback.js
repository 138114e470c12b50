// Announces in the page's live region why an htmx request did not succeed. Any script may announce
// something there: dispatch "otklik:toast" with detail {text}.

const region = /** @type {HTMLElement} */ (document.querySelector("[data-toasts]"));
const { lost = "", failed = "", close: closeLabel = "" } = region.dataset;

/** @param {string | Node} content */
function show(content) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const body = document.createElement("div");
  body.append(content);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.setAttribute("aria-label", closeLabel);
  close.textContent = "×";
  close.addEventListener("click", () => toast.remove());
  toast.append(body, close);
  if (!isShownAndInUse(toast)) region.replaceChildren(toast);
}

// Pressing a link in a toast takes the focus off a field, which may send another request that is
// refused in the same words. Replacing the toast then would lose the press or the focus.
/** @param {Element} toast */
function isShownAndInUse(toast) {
  return region.querySelector(":active, :focus") && region.firstElementChild?.isEqualNode(toast);
}

/**
 * The server answers htmx with a fragment marked data-problem, and scripts with problem+json.
 *
 * @param {XMLHttpRequest} xhr
 */
function explanation(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  return (type.includes("json") ? problemText(xhr.responseText) : problemFragment(xhr.responseText)) || failed;
}

/** @param {string} json */
function problemText(json) {
  try {
    const problem = JSON.parse(json);
    return String(problem.detail || problem.title || "");
  } catch {
    return "";
  }
}

/** @param {string} html */
function problemFragment(html) {
  const problem = new DOMParser().parseFromString(html, "text/html").querySelector("[data-problem]");
  if (!problem) return null;
  const fragment = document.createDocumentFragment();
  fragment.append(...problem.childNodes);
  return fragment;
}

document.addEventListener("otklik:toast", (event) => show(event.detail.text));
document.addEventListener("htmx:sendError", () => show(lost));
document.addEventListener("htmx:timeout", () => show(lost));
document.addEventListener("htmx:responseError", (event) => show(explanation(event.detail.xhr)));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) region.replaceChildren();
});

// htmx drops the body of a 4xx response; one with HX-Retarget names the place where it belongs.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400 || !xhr.getResponseHeader("HX-Retarget")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
