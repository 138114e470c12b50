// What became of an htmx request that did not succeed, said in the live region of the page.
// Any script may say something there: dispatch "otklik:toast" with detail {text}.

const region = document.querySelector("[data-toasts]");

function show(content) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const body = document.createElement("div");
  body.append(content);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.setAttribute("aria-label", region.dataset.close);
  close.textContent = "×";
  close.addEventListener("click", () => toast.remove());
  toast.append(body, close);
  if (!isShownAndInUse(toast)) region.replaceChildren(toast);
}

// Pressing a link in a toast takes the focus off a field, which may send another request that is
// refused in the same words. Replacing the toast then would lose the press or the focus.
function isShownAndInUse(toast) {
  return region.querySelector(":active, :focus") && region.firstElementChild?.isEqualNode(toast);
}

// The server answers htmx with a fragment marked data-problem, and scripts with problem+json.
function sentence(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  if (type.includes("json")) {
    try {
      const problem = JSON.parse(xhr.responseText);
      return problem.detail || problem.title || region.dataset.failed;
    } catch {
      return region.dataset.failed;
    }
  }
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const problem = page.querySelector("[data-problem]");
  if (!problem) return region.dataset.failed;
  const fragment = document.createDocumentFragment();
  fragment.append(...problem.childNodes);
  return fragment;
}

document.addEventListener("otklik:toast", (event) => show(event.detail.text));
document.addEventListener("htmx:sendError", () => show(region.dataset.lost));
document.addEventListener("htmx:timeout", () => show(region.dataset.lost));
document.addEventListener("htmx:responseError", (event) => show(sentence(event.detail.xhr)));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) region.replaceChildren();
});

// A refusal that names its own place (HX-Retarget) is put there instead.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
