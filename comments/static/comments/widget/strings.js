/**
 * Load the strings of the page's language, and no other.
 *
 * @param {string} pageLanguage
 * @returns {Promise<Strings>}
 */
export async function loadStrings(pageLanguage) {
  const language = pageLanguage.toLowerCase().startsWith("en") ? "en" : "ru";
  /** @type {{ strings: Widget.Translations }} */
  const { strings } = await import(`./strings/${language}.js`);
  /** @type {Record<string, string>} */
  const forms = strings.newComment;
  const plurals = new Intl.PluralRules(language);
  /** @param {number} count */
  const newComments = (count) => `${count} ${forms[plurals.select(count)]}`;
  return { ...strings, language, newComments };
}

/**
 * Load the strings of dialogs, too: most readers open none.
 *
 * @param {Strings} strings
 * @returns {Promise<DialogStrings>}
 */
export async function loadDialogStrings(strings) {
  /** @type {{ strings: Widget.DialogTranslations }} */
  const dialogs = await import(`./strings/dialogs/${strings.language}.js`);
  return { ...strings, ...dialogs.strings };
}
