// <script type="module" src="https://otklik.example/static/comments/widget.js"></script>
// <otklik-comments site="vesti" key="article-1"></otklik-comments>
//
// The HTML between the tags (the server renders it at /threads/html/) is shown until the discussion is
// loaded, and stays if it cannot be. Attributes, properties and events: docs/widget.md.

import { Server } from "./widget/server.js";
import { loadStrings } from "./widget/strings.js";
import { sheet } from "./widget/styles.js";
import { Thread } from "./widget/thread.js";

class OtklikComments extends HTMLElement {
  static observedAttributes = ["site", "key", "server", "lang"];
  /** @type {Thread | null} */
  #thread = null;
  #root = this.attachShadow({ mode: "open" });

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    this.#start();
  }

  disconnectedCallback() {
    this.#thread?.stop();
    this.#thread = null;
  }

  /**
   * A page may go on to its next article without being loaded again.
   *
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(_name, before, now) {
    if (!this.#thread || before === now) return;
    this.disconnectedCallback();
    this.#start();
  }

  async #start() {
    const site = this.getAttribute("site");
    const key = this.getAttribute("key");
    this.#root.replaceChildren(document.createElement("slot"));
    if (!site || !key) return;
    const strings = await loadStrings(this.closest("[lang]")?.getAttribute("lang") || navigator.language);
    if (!this.isConnected || this.#thread) return;
    const base = this.getAttribute("server") || new URL(import.meta.url).origin;
    this.#thread = new Thread({
      root: this.#root,
      strings,
      server: new Server({ base, site, key, language: strings.language, page: this.#page() }),
      pollSeconds: Math.max(2, Number(this.getAttribute("poll")) || 3),
      dispatch: (name, detail) => this.dispatchEvent(new CustomEvent(`otklik:${name}`, { detail, bubbles: true })),
    });
    this.#thread.start();
  }

  /** The title and address of the page, for a thread that the publication has not set up. */
  #page() {
    /** @type {HTMLLinkElement | null} */
    const canonical = document.querySelector(
      `link[rel=canonical][href^="${location.origin}"], link[rel=canonical][href^="/"]`,
    );
    /** @type {HTMLMetaElement | null} */
    const named = document.querySelector("meta[property='og:title']");
    const url = new URL(this.getAttribute("page-url") || canonical?.href || location.href, location.href);
    url.hash = "";
    const title = this.getAttribute("page-title") || named?.content || document.title;
    return { title: title.slice(0, 300), url: url.href };
  }
}

if (!customElements.get("otklik-comments")) customElements.define("otklik-comments", OtklikComments);
