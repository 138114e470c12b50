// <script type="module" src="https://otklik.example/static/comments/widget.js"></script>
// <otklik-comments site="vesti" key="article-1"></otklik-comments>
//
// What stands between the tags (the HTML of /threads/html/) is read until the discussion is loaded,
// and stays if it cannot be. Attributes, properties and events: docs/widget.md.

import { Server } from "./widget/server.js";
import { sheet } from "./widget/styles.js";
import { Thread } from "./widget/thread.js";
import { wordsFor } from "./widget/words.js";

class OtklikComments extends HTMLElement {
  static observedAttributes = ["site", "key", "server", "lang"];
  #thread = null;

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.#start();
  }

  disconnectedCallback() {
    this.#thread?.stop();
    this.#thread = null;
  }

  // A page that goes on to its next material without being loaded anew.
  attributeChangedCallback(_name, before, now) {
    if (!this.#thread || before === now) return;
    this.disconnectedCallback();
    this.#start();
  }

  async #start() {
    this.shadowRoot.replaceChildren(document.createElement("slot"));
    if (!this.getAttribute("site") || !this.getAttribute("key")) return;
    const words = await wordsFor(this.closest("[lang]")?.lang || navigator.language);
    if (!this.isConnected || this.#thread) return;
    this.#thread = new Thread({
      root: this.shadowRoot,
      words,
      server: new Server({
        base: this.getAttribute("server") || new URL(import.meta.url).origin,
        site: this.getAttribute("site"),
        key: this.getAttribute("key"),
        language: words.language,
        page: this.#page(),
      }),
      every: Math.max(2, Number(this.getAttribute("poll")) || 3),
      tell: (name, detail) => this.dispatchEvent(new CustomEvent(`otklik:${name}`, { detail, bubbles: true })),
    });
    this.#thread.start();
  }

  // What the page is called, for a thread that the publication has not set up.
  #page() {
    const canonical = document.querySelector(
      `link[rel=canonical][href^="${location.origin}"], link[rel=canonical][href^="/"]`,
    )?.href;
    const named = document.querySelector("meta[property='og:title']")?.content;
    const url = new URL(this.getAttribute("page-url") || canonical || location.href, location.href);
    url.hash = "";
    return { title: (this.getAttribute("page-title") || named || document.title).slice(0, 300), url: url.href };
  }
}

if (!customElements.get("otklik-comments")) customElements.define("otklik-comments", OtklikComments);
