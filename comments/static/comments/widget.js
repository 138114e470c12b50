// <script type="module" src="https://otklik.example/static/comments/widget.js"></script>
// <otklik-comments site="vesti" key="article-1"></otklik-comments>
//
// The HTML between the tags (the server renders it at /threads/html/) is shown until the discussion is
// loaded, and stays if it cannot be. Attributes, properties and events: docs/widget.md.

import { pageOf } from "./widget/page.js";
import { Server } from "./widget/server.js";
import { loadStrings } from "./widget/strings.js";
import { sheet } from "./widget/styles.js";
import { Thread } from "./widget/thread.js";

// Frameworks set a property where the element has one, and an attribute elsewhere.
const ATTRIBUTES = {
  site: "site",
  key: "key",
  thread: "thread",
  server: "server",
  theme: "theme",
  poll: "poll",
  pageTitle: "page-title",
  pageUrl: "page-url",
};

/**
 * Properties that were set before this module was loaded hide the accessors of the class.
 *
 * @param {any} element
 */
function takeOverProperties(element) {
  for (const name of Object.keys(ATTRIBUTES)) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}

class OtklikComments extends HTMLElement {
  static observedAttributes = ["site", "key", "thread", "server", "lang"];
  /** @type {Thread | null} */
  #thread = null;
  /** Which start is the latest: those before it give up. None before the element is on a page. */
  #start = 0;
  #root = this.attachShadow({ mode: "open" });

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    takeOverProperties(this);
    this.#restart();
  }

  disconnectedCallback() {
    this.#stop();
  }

  /**
   * A page may go on to its next article without being loaded again.
   *
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(_name, before, now) {
    if (this.isConnected && this.#start && before !== now) this.#restart();
  }

  #stop() {
    this.#start += 1;
    this.#thread?.stop();
    this.#thread = null;
  }

  async #restart() {
    this.#stop();
    const start = this.#start;
    this.#root.replaceChildren(document.createElement("slot"));
    const site = this.getAttribute("site");
    // React and Vue keep `key` for themselves.
    const key = this.getAttribute("thread") || this.getAttribute("key");
    if (!site || !key) return;
    const page = pageOf(this, key);
    const strings = await loadStrings(this.closest("[lang]")?.getAttribute("lang") || navigator.language);
    const base = this.getAttribute("server") || new URL(import.meta.url).origin;
    if (start !== this.#start) return;
    this.#thread = new Thread({
      root: this.#root,
      strings,
      server: new Server({ base, site, key, language: strings.language, page }),
      pollSeconds: Math.max(2, Number(this.getAttribute("poll")) || 3),
      dispatch: (name, detail) => this.dispatchEvent(new CustomEvent(`otklik:${name}`, { detail, bubbles: true })),
    });
    this.#thread.start();
  }
}

for (const [property, attribute] of Object.entries(ATTRIBUTES)) {
  Object.defineProperty(OtklikComments.prototype, property, {
    configurable: true,
    enumerable: true,
    /** @this {OtklikComments} */
    get() {
      return this.getAttribute(attribute) ?? "";
    },
    /** @this {OtklikComments} @param {unknown} value */
    set(value) {
      if (value == null) this.removeAttribute(attribute);
      else this.setAttribute(attribute, String(value));
    },
  });
}

if (!customElements.get("otklik-comments")) customElements.define("otklik-comments", OtklikComments);
