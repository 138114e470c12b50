// Elements are built, never written as text: what people type never becomes markup here.

const SVG = "http://www.w3.org/2000/svg";

/**
 * A function among the attributes is a listener: `onclick`. One that is false, null or undefined is left
 * out, and so is such a child.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | false | null | undefined)} children
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/**
 * Comments have the same buttons: `whose` tells a screen reader which one this is of, and `act` finds it again.
 *
 * @param {string} label
 * @param {() => unknown} onclick
 * @param {string} [act]
 * @param {string} [whose]
 */
export function plainButton(label, onclick, act, whose) {
  const name = whose && `${label}: ${whose}`;
  return el("button", { type: "button", class: "plain", "data-act": act, "aria-label": name, onclick }, label);
}

const ICONS = {
  up: "M7 11v9H4v-9zm0 0 4-8a2 2 0 0 1 3 2l-1 4h5.5a2 2 0 0 1 2 2.4l-1.4 7A2 2 0 0 1 17 20H7",
  down: "M7 13V4H4v9zm0 0 4 8a2 2 0 0 0 3-2l-1-4h5.5a2 2 0 0 0 2-2.4l-1.4-7A2 2 0 0 0 17 4H7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  bell: "M6 9a6 6 0 0 1 12 0c0 6 2.5 8 2.5 8h-17S6 15 6 9m4 11.5a2.2 2.2 0 0 0 4 0",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", name);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// The server has sanitised its HTML; with the same tags here, a fault there still runs no script.
const TAGS = new Set("P BR STRONG EM S CODE PRE BLOCKQUOTE UL OL LI A".split(" "));
const HREF = /^(https?:|mailto:)/i;
// A page that requires trusted types has to allow this policy: trusted-types otklik.
const policy = globalThis.trustedTypes?.createPolicy("otklik", { createHTML: (html) => html });

/** @param {string} html of a comment */
export function sanitized(html) {
  const template = document.createElement("template");
  template.innerHTML = policy ? policy.createHTML(html) : html;
  const clean = document.createDocumentFragment();
  copy(template.content, clean);
  return clean;
}

// The languages that are read aloud by the letters of a text, with their scripts by ISO 15924. Cyrillic letters
// do not tell Russian from Kazakh.
const SCRIPTS = "ruCyrl enLatn arArab heHebr kaGeor hyArmn elGrek zhHani jaHira koHang";

/**
 * The language of most letters, or null where it is that of the widget. A screen reader then changes its voice.
 *
 * @param {string} text
 * @param {string} language of the widget
 */
export function otherLanguage(text, language) {
  const words = text.replaceAll(/\S+[./@]\S+/g, "");
  let most = 1; // A text without such letters is one part.
  let found = language;
  for (const one of SCRIPTS.split(" ")) {
    const { length } = words.split(new RegExp(`\\p{Script=${one.slice(2)}}`, "u"));
    if (length > most) [most, found] = [length, one.slice(0, 2)];
  }
  return found === language ? null : found;
}

/**
 * What somebody wrote, as an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} language of the widget
 * @param {Record<string, unknown>} attributes
 * @param {string | DocumentFragment} content
 */
export function written(tag, language, attributes, content) {
  const text = typeof content === "string" ? content : (content.textContent ?? "");
  return el(tag, { ...attributes, dir: "auto", lang: otherLanguage(text, language) }, content);
}

/** @param {Node} from @param {ParentNode} to */
function copy(from, to) {
  for (const node of from.childNodes) {
    if (node instanceof Text) to.append(node.data);
    if (!(node instanceof Element)) continue;
    if (!TAGS.has(node.tagName)) {
      copy(node, to);
      continue;
    }
    const element = document.createElement(node.tagName);
    copyAttributes(node, element);
    copy(node, element);
    to.append(element);
  }
}

/** @param {Element} from @param {Element} to */
function copyAttributes(from, to) {
  // A list keeps the numbers that were typed.
  const start = from.getAttribute("start");
  if (start && to instanceof HTMLOListElement) to.start = Number(start);
  const href = from.getAttribute("href") ?? "";
  if (!(to instanceof HTMLAnchorElement && HREF.test(href))) return;
  to.setAttribute("href", href);
  to.rel = "ugc nofollow noopener";
}
