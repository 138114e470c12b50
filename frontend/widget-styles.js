// Writes the widget's stylesheet as a module: a <link> in the shadow root would be one more request
// before the first paint, and one to the palette another. With --check it writes nothing and fails
// if the module is out of date.

import { readFileSync, writeFileSync } from "node:fs";

const ROOT = new URL("../", import.meta.url);
const SOURCE = "comments/static/comments/widget/styles.css";
const RESULT = "comments/static/comments/widget/styles.js";
const TOKENS = ["static/otklik/palette.css", "static/otklik/tokens.css"];

/** The tokens that a publication's page may set for the widget (docs/widget.md). @type {Map<string, string>} */
const PUBLIC = new Map([
  ["ink", "ink"],
  ["ink-soft", "soft"],
  ["ink-faint", "faint"],
  ["paper", "paper"],
  ["sunk", "sunk"],
  ["rule", "rule"],
  ["field-edge", "edge"],
  ["accent", "accent"],
  ["on-accent", "on-accent"],
  ["danger", "danger"],
  ["warn", "warn"],
  ["radius", "radius"],
]);

/** @param {string} path */
const read = (path) => readFileSync(new URL(path, ROOT), "utf8").replaceAll(/\/\*.*?\*\//gs, "");

/** The first value of each token: those that follow are for print. */
function readTokens() {
  /** @type {Map<string, string>} */
  const values = new Map();
  for (const [, name = "", value = ""] of TOKENS.map(read)
    .join("")
    .matchAll(/--([\w-]+): ([^;]+);/g)) {
    if (!values.has(name)) values.set(name, value);
  }
  return values;
}

/** @param {string} css */
function declareTokens(css) {
  const values = readTokens();
  const used = new Set([...css.matchAll(/var\(--([\w-]+)\)/g)].map(([, name = ""]) => name));
  const declarations = [...used].sort().map((name) => {
    const value = values.get(name);
    if (!value) throw new Error(`${SOURCE} uses --${name}, which is no token.`);
    const property = PUBLIC.get(name);
    return `--${name}:${property ? `var(--otklik-${property},${value})` : value}`;
  });
  return `:host{${declarations.join(";")}}`;
}

/** @param {string} css */
function shorten(css) {
  return css
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\s*([{};,])\s*/g, "$1")
    .replaceAll(";}", "}")
    .replaceAll(/([\w-]): /g, "$1:")
    .trim();
}

const css = read(SOURCE);
const module = `// Written by \`make styles\` from styles.css: change that file instead.

// A constructed stylesheet works under every content security policy of the publication's page.
export const sheet = new CSSStyleSheet();

sheet.replaceSync(
  \`${shorten(declareTokens(css) + css)}\`,
);
`;

if (!process.argv.includes("--check")) {
  writeFileSync(new URL(RESULT, ROOT), module);
} else if (readFileSync(new URL(RESULT, ROOT), "utf8") !== module) {
  process.stderr.write(`${RESULT} is not what ${SOURCE} and the palette make. Run \`make styles\`.\n`);
  process.exitCode = 1;
}
