// The moderation desk by keyboard. A key presses the button that shows it, so that both do the same.

import { mayMoveFocus } from "../otklik/focus.js";
import { actionOf } from "./desk-keys.js";

const LOAD_MORE_BELOW = 5;
const POLL_MS = 15_000;
const RENEW_CLAIM_MS = 120_000;
// Long enough to pass over a comment without claiming it, short enough not to wait for its context.
const SETTLE_MS = 200;

const queue = document.getElementById("queue");
const help = /** @type {HTMLDialogElement} */ (document.getElementById("desk-keys"));
const news = document.getElementById("desk-news");
const lostConnection = /** @type {HTMLTemplateElement | null} */ (document.getElementById("desk-lost"));
const poll = document.getElementById("pulse");
/** @type {HTMLDetailsElement | null} */
const search = document.querySelector("details[data-search]");
/** @type {HTMLElement | null} */
const aside = document.querySelector("[data-aside]");
/** @type {HTMLFormElement | null} */
const bulk = document.querySelector("form[data-bulk]");

/** @type {HTMLElement | null} */
let lastDecided = null;
/** @type {HTMLElement | null} */
let claimed = null;
let settleTimer = 0;

/**
 * @param {ParentNode | null | undefined} scope
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
const find = (scope, selector) => scope?.querySelector(selector) ?? null;

/** @returns {HTMLElement[]} */
const items = () => [...(queue?.querySelectorAll("[data-item]") ?? [])].filter((item) => item instanceof HTMLElement);

/** @param {HTMLElement} item */
const isDecided = (item) => "done" in item.dataset;

const waiting = () => items().filter((item) => !isDecided(item));

const current = () => find(queue, '[data-item][aria-current="true"]');

/** @param {Event} event */
function itemOf({ target }) {
  const item = target instanceof Element ? target.closest("[data-item]") : null;
  return item instanceof HTMLElement ? item : null;
}

// The current comment

/** @param {HTMLElement} item */
function mark(item) {
  for (const other of items()) other.removeAttribute("aria-current");
  item.setAttribute("aria-current", "true");
  clearTimeout(settleTimer);
  settleTimer = setTimeout(settle, SETTLE_MS);
}

/** @param {HTMLElement | undefined} item */
function choose(item) {
  if (!item || item === current()) return;
  mark(item);
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

/**
 * Without a press: an editor who has gone on to the search or to another comment stays there.
 *
 * @param {HTMLElement | undefined} item
 * @param {HTMLElement} [replaced]
 */
function chooseUnasked(item, replaced) {
  if (mayMoveFocus(replaced)) choose(item);
  else if (item && !current()) mark(item);
}

// An editor who stays at a comment claims it, sees its context, and releases the one before.
function settle() {
  const previous = claimed;
  claim();
  if (previous?.isConnected && previous !== claimed) {
    htmx.ajax("POST", previous.dataset.release ?? "", { source: previous, swap: "none" }).catch(() => {});
  }
  showContext();
}

function claim() {
  claimed = find(current(), "[data-claim]"); // A decided comment has none.
  if (claimed) htmx.trigger(claimed, "otklik:claim");
}

function showContext() {
  const url = current()?.dataset.context;
  if (!url || !aside?.offsetParent || aside.dataset.shows === url) return;
  aside.dataset.shows = url;
  htmx.ajax("GET", url, { target: aside, swap: "innerHTML" }).catch(() => {
    // Without a connection the next comment asks again.
    delete aside.dataset.shows;
  });
}

/** @param {number} offset */
function step(offset) {
  const all = items();
  const item = current();
  choose(all[(item ? all.indexOf(item) : -1) + offset]);
}

// Keys

/**
 * @param {ParentNode | null | undefined} scope
 * @param {string} key
 */
const press = (scope, key) => find(scope, `[data-key="${key}"]`)?.click();

function openRules() {
  /** @type {HTMLDetailsElement | null | undefined} */
  const rules = current()?.querySelector("details[data-rules]");
  if (rules) rules.open = true;
  return rules;
}

function undo() {
  const item = lastDecided?.isConnected ? lastDecided : items().findLast(isDecided);
  press(item ?? document, "undo");
}

function openSearch() {
  if (!search) return;
  search.open = true;
  find(search, "input:not([type=hidden])")?.focus();
}

/** @type {Record<string, () => unknown>} */
const ACTIONS = {
  next: () => step(1),
  previous: () => step(-1),
  approve: () => press(current(), "approve"),
  rules: () => find(openRules(), "[data-rule]")?.focus(),
  // Only to the button: its e-mail to the newsroom cannot be taken back.
  complaint: () => find(openRules(), '[data-key="complaint"]')?.focus(),
  note: () => {
    openRules();
    /** @type {HTMLDetailsElement | null | undefined} */
    const words = current()?.querySelector("details[data-words]");
    if (words) words.open = true;
    find(current(), '[data-key="note"]')?.focus();
  },
  open: () => press(current(), "open"),
  person: () => press(current(), "person"),
  choose: () => find(current(), "[data-choose]")?.click(),
  bulk: () => chosenCount() && bulk?.requestSubmit(),
  undo,
  search: openSearch,
  help: () => help.showModal(),
};

/** @param {KeyboardEvent} event */
function handlerOf(event) {
  const rules = find(current(), "[data-rules][open]");
  const action = actionOf(event, rules !== null);
  const [, number] = action?.split("rule:") ?? [];
  return number ? () => find(rules, `[data-rule="${number}"]`)?.click() : action && ACTIONS[action];
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (event.target instanceof Element && event.target.matches("textarea, select, input:not([type=checkbox])")) {
    if (event.key === "Escape") current()?.focus();
    return;
  }
  if (!("shortcuts" in help.dataset)) return;
  const handle = handlerOf(event);
  if (!handle) return;
  event.preventDefault();
  handle();
});

for (const button of document.querySelectorAll("[data-help]")) {
  button.addEventListener("click", () => help.showModal());
}

// After a click the keys go on from that comment.
queue?.addEventListener("focusin", (event) => {
  const item = itemOf(event);
  if (item && item !== current()) mark(item);
});

// Decisions

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target instanceof Element ? event.target.closest("[data-item] form") : null;
  if (form) itemOf(event)?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  itemOf(event)?.removeAttribute("aria-busy");
});

/**
 * Shows the lost connection beside the comment, instead of the message at the foot of the page.
 *
 * @param {HtmxEventMap["htmx:sendError"]} event
 */
function offerRetry(event) {
  const { elt: form, requestConfig } = event.detail;
  /** @type {HTMLElement | null} */
  const item = form.closest("[data-item]");
  if (!item) return;
  event.stopPropagation();
  item.removeAttribute("aria-busy");
  if (!(form instanceof HTMLFormElement)) return;
  find(item, ".desk-lost")?.remove();
  const notice = /** @type {HTMLElement} */ (lostConnection?.content.firstElementChild?.cloneNode(true));
  const retry = find(notice, "[data-retry]");
  const trigger = requestConfig.triggeringEvent;
  const submitter = trigger instanceof SubmitEvent ? trigger.submitter : null;
  retry?.addEventListener("click", () => {
    notice.remove();
    form.requestSubmit(submitter);
  });
  item.prepend(notice);
  if (mayMoveFocus(item)) retry?.focus();
}

document.addEventListener("htmx:sendError", offerRetry, true);
document.addEventListener("htmx:timeout", offerRetry, true);

/** Removes the button when the server would refuse it. @param {HTMLElement} item */
function limitUndo(item) {
  const form = find(item, "[data-undo]");
  if (form) setTimeout(() => find(form, "button")?.remove(), Number(form.dataset.undo) * 1000);
}

// What is swapped in replaces the current comment; after a decision the next one becomes current.
document.addEventListener("htmx:load", ({ detail: { elt: item } }) => {
  if (!item.matches?.("[data-item]")) return;
  showChosenCount();
  const now = current();
  if (isDecided(item)) chooseNextAfter(item);
  else if (!now || isDecided(now)) chooseUnasked(item, item);
  // After the focus has moved: what is said before is cut short by the next comment.
  if (news && item.dataset.announce) news.textContent = item.dataset.announce;
});

/** @param {HTMLElement} item */
function chooseNextAfter(item) {
  lastDecided = item;
  limitUndo(item);
  const all = items();
  const next = all.slice(all.indexOf(item) + 1).find((other) => !isDecided(other));
  chooseUnasked(next ?? waiting()[0] ?? item, item);
  if (waiting().length < LOAD_MORE_BELOW) find(document, "[data-older]")?.click();
}

// Sanctions

/** A warning has no duration, and a mute or a suspension cannot be without an end. */
function fitDurations(/** @type {HTMLSelectElement} */ kind) {
  /** @type {HTMLSelectElement | null | undefined} */
  const days = kind.form?.querySelector("[name=days]");
  if (!days) return;
  const isOneOf = (/** @type {string | undefined} */ kinds) => (kinds ?? "").split(" ").includes(kind.value);
  const field = days.closest(".field");
  if (field instanceof HTMLElement) field.hidden = isOneOf(kind.dataset.hasNoEnd);
  const endless = days.querySelector("option[value='']");
  if (!(endless instanceof HTMLOptionElement)) return;
  endless.disabled = isOneOf(kind.dataset.needsEnd);
  if (endless.disabled && endless.selected) days.selectedIndex = 0;
}

/** @type {NodeListOf<HTMLSelectElement>} */
const sanctions = document.querySelectorAll("select[data-sanction]");
for (const kind of sanctions) {
  kind.addEventListener("change", () => fitDurations(kind));
  fitDurations(kind);
}

// Bulk decisions

const chosenCount = () => document.querySelectorAll("[data-choose]:checked").length;

function showChosenCount() {
  if (!bulk) return;
  const count = chosenCount();
  bulk.hidden = !count;
  const label = find(bulk, "[data-chosen-count]");
  if (!label) return;
  label.dataset.words ??= label.textContent;
  label.textContent = `${label.dataset.words}: ${count}`;
}

function chooseAll() {
  /** @type {NodeListOf<HTMLInputElement>} */
  const boxes = document.querySelectorAll("input[data-choose]");
  for (const box of boxes) box.checked = true;
  showChosenCount();
}

document.addEventListener("change", ({ target }) => {
  if (target instanceof Element && target.matches("[data-choose]")) showChosenCount();
});

if (bulk) {
  // The boxes are cleared after the event.
  bulk.addEventListener("reset", () => setTimeout(showChosenCount));
  const all = find(bulk, "[data-bulk-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", chooseAll);
  }
  showChosenCount();
}

// What other editors do

if (poll) {
  const look = () => document.visibilityState === "visible" && htmx.trigger(poll, "otklik:pulse");
  poll.addEventListener("htmx:configRequest", ({ detail: { parameters } }) => {
    parameters.set("newest", poll.dataset.newest ?? "");
    const shown = waiting().map((item) => item.dataset.item);
    parameters.set("shown", shown.join(","));
  });
  setInterval(look, POLL_MS);
  document.addEventListener("visibilitychange", look);
}

setInterval(() => document.visibilityState === "visible" && claim(), RENEW_CLAIM_MS);

if (queue) {
  for (const item of items()) limitUndo(item);
  chooseUnasked(items()[0]);
}
