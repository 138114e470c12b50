// What is typed into <textarea data-draft-key="…"> outlives a refusal, a reload and a sign-in.
// It is forgotten when its htmx request succeeds, or when the page shows a message with the tag
// "draft-done:<key>" (a plain form cannot tell a success from a redirect to the sign-in page).

const PREFIX = "otklik:draft:";

function stored(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null; // storage is switched off: there are no drafts
  }
}

function keep(key, text) {
  try {
    if (text.trim()) localStorage.setItem(PREFIX + key, text);
    else localStorage.removeItem(PREFIX + key);
  } catch {
    // storage is full or switched off: the text stays in the field only
  }
}

function forgetWhatIsDone(scope) {
  for (const element of scope.querySelectorAll('[data-tags*="draft-done:"]')) {
    for (const tag of element.dataset.tags.split(" ")) {
      if (tag.startsWith("draft-done:")) keep(tag.slice("draft-done:".length), "");
    }
  }
}

function restore(scope) {
  for (const area of scope.querySelectorAll("textarea[data-draft-key]")) {
    const text = stored(area.dataset.draftKey);
    // What the server sent back is newer than what was kept.
    if (text && !area.value) {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

document.addEventListener("input", (event) => {
  const key = event.target.dataset?.draftKey;
  if (key) keep(key, event.target.value);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, requestConfig } = event.detail;
  if (!successful || requestConfig.verb === "get") return;
  for (const area of elt.querySelectorAll("textarea[data-draft-key]")) keep(area.dataset.draftKey, "");
});

document.addEventListener("htmx:load", (event) => {
  forgetWhatIsDone(event.detail.elt);
  restore(event.detail.elt);
});

forgetWhatIsDone(document);
restore(document);

// Whoever signs out leaves nothing behind: neither these nor the answers to a certificate's form.
const LEFT_BEHIND = [PREFIX, "otklik:answers:"];

document.addEventListener("submit", (event) => {
  const address = new URL(event.target.getAttribute("action") ?? "", location.href);
  if (!address.pathname.endsWith("/logout/")) return;
  try {
    for (const key of Object.keys(localStorage)) {
      if (LEFT_BEHIND.some((beginning) => key.startsWith(beginning))) localStorage.removeItem(key);
    }
  } catch {
    // storage is switched off: nothing was kept
  }
});
