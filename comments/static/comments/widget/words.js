// Only the language of the page is fetched.

export async function wordsFor(asked) {
  const language = asked.toLowerCase().startsWith("en") ? "en" : "ru";
  const { words } = await import(`./words/${language}.js`);
  const plurals = new Intl.PluralRules(language);
  const newComments = (count) => `${count} ${words.fresh[plurals.select(count)]}`;
  return { ...words, language, newComments };
}
