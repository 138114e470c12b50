// Tells the owner of a page, in the console, why the discussion could not be loaded from another origin.

/**
 * Browsers give scripts the same error for a refused origin and for a lost connection. A request whose
 * answer no script may read succeeds only in the first case.
 *
 * @param {{ base: string, site: string }} server
 * @param {unknown} error
 */
export async function log({ base, site }, error) {
  if (!(error instanceof TypeError)) return;
  await fetch(`${base}/api/v1/sites/${encodeURIComponent(site)}/`, { mode: "no-cors", credentials: "omit" });
  // biome-ignore lint/suspicious/noConsole: it is for the page's developer, not for its readers.
  console.error(
    `otklik-comments: ${base} answers, but not to pages of ${location.origin}. If this page is one of the ` +
      `publication "${site}", add ${location.origin} to its "Origins" in Otklik's administration.`,
  );
}
