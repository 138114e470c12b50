// The desk by keyboard. A key presses the button that stands beside it, so both do the same. Keys
// are known by their place (event.code): they work under a Russian layout too.

const queue = document.getElementById("queue");
const help = document.getElementById("desk-keys");
const search = document.querySelector("[data-search]");
const aside = document.querySelector("[data-aside]");
const bulk = document.querySelector("[data-bulk]");
const pulse = document.getElementById("pulse");
const lost = document.getElementById("desk-lost");

const NEARLY_DONE = 5;
const PULSE_MS = 15_000;
const CLAIM_MS = 120_000;
// Long enough to pass by quickly, short enough not to wait for it.
const ASIDE_MS = 200;
let lastDone = null;
let asideTimer = 0;
let claimed = null;

const items = () => [...(queue?.querySelectorAll("[data-item]") ?? [])];
const isDone = (item) => "done" in item.dataset;
const waiting = () => items().filter((item) => !isDone(item));
const current = () => queue?.querySelector('[data-item][aria-current="true"]');

// Choosing

function mark(item) {
  for (const other of items()) other.removeAttribute("aria-current");
  item?.setAttribute("aria-current", "true");
  clearTimeout(asideTimer);
  asideTimer = setTimeout(stay, ASIDE_MS);
}

function choose(item) {
  if (!item || item === current()) return;
  mark(item);
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

// Who stays at a comment claims it, shows what stands around it, and lets the one before go.
function stay() {
  const left = claimed;
  claim();
  if (left?.isConnected && left !== claimed) {
    htmx.ajax("POST", left.dataset.release, { source: left, swap: "none" }).catch(() => {});
  }
  showContext();
}

function claim() {
  claimed = current()?.querySelector("[data-claim]"); // what is decided has none
  if (claimed) htmx.trigger(claimed, "otklik:claim");
}

function showContext() {
  const address = current()?.dataset.context;
  if (!address || !aside?.offsetParent || aside.dataset.shows === address) return;
  aside.dataset.shows = address;
  // Without a connection the next comment asks again.
  htmx.ajax("GET", address, { target: aside, swap: "innerHTML" }).catch(() => delete aside.dataset.shows);
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
  rules.querySelector("[data-rule]")?.focus();
}

function openNote(item) {
  const rules = item?.querySelector("[data-rules]");
  if (rules) rules.open = true;
  item?.querySelector('[data-key="note"]')?.focus();
}

function undo() {
  const done = lastDone?.isConnected ? lastDone : items().findLast(isDone);
  press(done ?? document, "undo");
}

function showSearch() {
  if (!search) return;
  search.open = true;
  search.querySelector("input:not([type=hidden])").focus();
}

const KEYS = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyA: () => press(current(), "approve"),
  KeyR: () => openRules(current()),
  KeyC: () => press(current(), "complaint"),
  KeyN: () => openNote(current()),
  KeyO: () => press(current(), "open"),
  KeyP: () => press(current(), "person"),
  KeyX: () => current()?.querySelector("[data-choose]")?.click(),
  KeyB: () => chosen().length && bulk.requestSubmit(),
  KeyU: undo,
};

function actOf(event) {
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return () => help.showModal();
  if (event.key === "/" || event.code === "Slash") return showSearch;
  if (event.shiftKey) return undefined;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const rules = current()?.querySelector("[data-rules][open]");
  if (digit && rules) return () => rules.querySelector(`[data-rule="${digit}"]`)?.click();
  return KEYS[event.code];
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (event.target.matches("textarea, select, input:not([type=checkbox])")) {
    if (event.key === "Escape") current()?.focus();
    return;
  }
  const act = actOf(event);
  if (!act) return;
  event.preventDefault();
  act();
});

for (const button of document.querySelectorAll("[data-help]")) {
  button.addEventListener("click", () => help.showModal());
}

// A click makes a comment the current one, so that the keys go on from there.
queue?.addEventListener("focusin", (event) => {
  const item = event.target.closest("[data-item]");
  if (item && item !== current()) mark(item);
});

// Deciding

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("[data-item] form");
  form?.closest("[data-item]").setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.target.closest("[data-item]")?.removeAttribute("aria-busy");
});

// Beside the comment, instead of the sentence that the page would say at its foot.
function offerRetry(event) {
  const form = event.detail.elt;
  const item = form.closest("[data-item]");
  if (!item) return;
  event.stopPropagation();
  item.removeAttribute("aria-busy");
  if (!form.matches("form")) return;
  item.querySelector(".desk-lost")?.remove();
  const notice = lost.content.firstElementChild.cloneNode(true);
  const submitter = event.detail.requestConfig?.triggeringEvent?.submitter;
  notice.querySelector("[data-retry]").addEventListener("click", () => {
    notice.remove();
    form.requestSubmit(submitter);
  });
  item.prepend(notice);
  notice.querySelector("[data-retry]").focus();
}

document.addEventListener("htmx:sendError", offerRetry, true);
document.addEventListener("htmx:timeout", offerRetry, true);

function limitUndo(item) {
  const form = item.querySelector("[data-undo]");
  if (form) setTimeout(() => form.querySelector("button")?.remove(), Number(form.dataset.undo) * 1000);
}

// What is swapped in takes the place of the current one; after a decision the next is at hand.
document.addEventListener("htmx:load", (event) => {
  const item = event.detail.elt;
  if (!item.matches?.("[data-item]")) return;
  countChosen();
  if (isDone(item)) {
    lastDone = item;
    limitUndo(item);
    const all = items();
    const rest = all.slice(all.indexOf(item) + 1).find((other) => !isDone(other));
    choose(rest ?? waiting()[0] ?? item);
    if (waiting().length < NEARLY_DONE) document.querySelector("[data-older]")?.click();
  } else if (!current() || isDone(current())) choose(item);
});

// Many at once

const chosen = () => [...document.querySelectorAll("[data-choose]:checked")];

function countChosen() {
  if (!bulk) return;
  const count = chosen().length;
  bulk.hidden = !count;
  const label = bulk.querySelector("[data-chosen-count]");
  label.dataset.words ??= label.textContent;
  label.textContent = `${label.dataset.words}: ${count}`;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-choose]")) countChosen();
});

if (bulk) {
  bulk.addEventListener("reset", () => setTimeout(countChosen));
  const all = bulk.querySelector("[data-bulk-all]");
  all.hidden = false;
  all.addEventListener("click", () => {
    for (const box of document.querySelectorAll("[data-choose]")) box.checked = true;
    countChosen();
  });
  countChosen();
}

// What others do meanwhile

function ask() {
  if (document.visibilityState === "visible") htmx.trigger(pulse, "otklik:pulse");
}

if (pulse) {
  pulse.addEventListener("htmx:configRequest", (event) => {
    event.detail.parameters.set("newest", pulse.dataset.newest);
    event.detail.parameters.set(
      "shown",
      waiting()
        .map((item) => item.dataset.item)
        .join(","),
    );
  });
  setInterval(ask, PULSE_MS);
  document.addEventListener("visibilitychange", ask);
}

setInterval(() => document.visibilityState === "visible" && claim(), CLAIM_MS);

if (queue) {
  for (const item of items()) limitUndo(item);
  choose(items()[0]);
}
