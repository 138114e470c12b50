// <script type="module" src="https://otklik.example/static/comments/widget.js"></script>
// <otklik-comments site="vesti" key="article-1"></otklik-comments>
//
// What stands between the tags (the HTML of /threads/html/) is read until the discussion is loaded,
// and stays if it cannot be. Attributes, properties and events: docs/widget.md.

import { Server } from "./widget/server.js";
import { Thread } from "./widget/thread.js";
import { sheet } from "./widget/styles.js";
import { wordsFor } from "./widget/words.js";

class OtklikComments extends HTMLElement {
  #thread;

  connectedCallback() {
    if (this.#thread) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(document.createElement("slot"));
    const language = this.closest("[lang]")?.lang || navigator.language;
    const words = wordsFor(language);
    this.#thread = new Thread({
      root,
      words,
      server: new Server({
        base: this.getAttribute("server") || new URL(import.meta.url).origin,
        site: this.getAttribute("site"),
        key: this.getAttribute("key"),
        language: words.language,
      }),
      every: Math.max(5, Number(this.getAttribute("poll")) || 30),
      tell: (name, detail) =>
        this.dispatchEvent(new CustomEvent(`otklik:${name}`, { detail, bubbles: true })),
    });
    this.#thread.start();
  }

  disconnectedCallback() {
    this.#thread.stop();
  }
}

if (!customElements.get("otklik-comments")) customElements.define("otklik-comments", OtklikComments);
