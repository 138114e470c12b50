// The title and URL of the publication's page, for a thread that the publication has not set up.

/** The page as the first discussion found it, and the key of that discussion. */
let first = { key: "", title: "", url: "", ogTitle: "", canonical: "" };

function describe() {
  /** @type {HTMLLinkElement | null} */
  const canonical = document.querySelector(
    `link[rel=canonical][href^="${location.origin}"], link[rel=canonical][href^="/"]`,
  );
  /** @type {HTMLMetaElement | null} */
  const named = document.querySelector("meta[property='og:title']");
  return {
    title: document.title,
    url: location.href.replace(/#.*/, ""),
    ogTitle: named?.content ?? "",
    canonical: canonical?.href ?? "",
  };
}

/**
 * Returns a function that describes the page at the moment of the call: an application may set the title
 * after it has set the key.
 *
 * @param {Element} host
 * @param {string} key
 */
export function pageOf(host, key) {
  if (!first.key) first = { key, ...describe() };
  return () => {
    const now = describe();
    // An application that has gone on to another article may leave the metadata of the first one in the head.
    const isLeft = key !== first.key && (now.title !== first.title || now.url !== first.url);
    const canonical = isLeft && now.canonical === first.canonical ? "" : now.canonical;
    const ogTitle = isLeft && now.ogTitle === first.ogTitle ? "" : now.ogTitle;
    const url = new URL(host.getAttribute("page-url") || canonical || now.url, location.href);
    url.hash = "";
    const title = host.getAttribute("page-title") || ogTitle || now.title;
    return { title: title.slice(0, 300), url: url.href };
  };
}
