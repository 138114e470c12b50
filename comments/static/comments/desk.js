// The desk by keyboard. A key presses the button that stands beside it, so both do the same. Keys
// are known by their place (event.code): they work under a Russian layout too.

const queue = document.getElementById("queue");
const help = document.getElementById("desk-keys");
const search = document.querySelector("[data-search]");
const NEARLY_DONE = 5;
let lastDone = null;

const items = () => [...queue.querySelectorAll("[data-item]")];
const waiting = () => items().filter((item) => !("done" in item.dataset));
const current = () => queue?.querySelector('[data-item][aria-current="true"]');

function choose(item) {
  if (!item || item === current()) return;
  for (const other of items()) other.removeAttribute("aria-current");
  item.setAttribute("aria-current", "true");
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  const claim = item.querySelector("[data-claim]"); // what is decided has none
  if (claim) htmx.trigger(claim, "otklik:claim");
}

function step(by) {
  const all = items();
  choose(all[all.indexOf(current()) + by]);
}

function press(item, key) {
  const control = item?.querySelector(`[data-key="${key}"]`);
  control?.click();
  return control;
}

function openRules(item) {
  const rules = item?.querySelector("[data-rules]");
  if (!rules) return;
  rules.open = true;
  rules.querySelector("[data-rule]").focus();
}

function openNote(item) {
  openRules(item);
  item?.querySelector('[data-key="note"]')?.focus();
}

function showSearch() {
  search.open = true;
  search.querySelector("input:not([type=hidden])").focus();
}

const KEYS = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyA: () => press(current(), "approve"),
  KeyR: () => openRules(current()),
  KeyN: () => openNote(current()),
  KeyO: () => press(current(), "open"),
  KeyU: () => press(lastDone?.isConnected ? lastDone : items().findLast((item) => "done" in item.dataset), "undo"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const isTyping = event.target.matches("textarea, select, input");
  if (isTyping) {
    if (event.key === "Escape") current()?.focus();
    return;
  }
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const rules = current()?.querySelector("[data-rules][open]");
  let act = KEYS[event.code];
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) act = () => help.showModal();
  else if (event.key === "/" || event.code === "Slash") act = showSearch;
  else if (digit && rules && !event.shiftKey) act = () => rules.querySelector(`[data-rule="${digit}"]`)?.click();
  if (!act || (event.shiftKey && act !== KEYS[event.code] && event.key !== "?" && event.code !== "Slash")) return;
  event.preventDefault();
  act();
});

document.querySelector("[data-help]").addEventListener("click", () => help.showModal());

// A click makes a comment the current one, so that the keys go on from there.
queue?.addEventListener("focusin", (event) => {
  const item = event.target.closest("[data-item]");
  if (item === current()) return;
  for (const other of items()) other.removeAttribute("aria-current");
  item?.setAttribute("aria-current", "true");
});

document.addEventListener("htmx:beforeRequest", (event) => {
  event.target.closest("[data-item]")?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.target.closest("[data-item]")?.removeAttribute("aria-busy");
});

// What is swapped in takes the place of the current one; after a decision the next is at hand.
document.addEventListener("htmx:load", (event) => {
  const item = event.detail.elt;
  if (!item.matches?.("[data-item]")) return;
  if ("done" in item.dataset) {
    lastDone = item;
    const all = items();
    const rest = all.slice(all.indexOf(item) + 1).find((other) => !("done" in other.dataset));
    choose(rest ?? waiting()[0] ?? item);
    if (waiting().length < NEARLY_DONE) document.querySelector("[data-older]")?.click();
  } else if (!current() || "done" in current().dataset) choose(item);
});

if (queue) choose(items()[0]);
