// Builds applications that show the widget as their frameworks do: node build.js DIRECTORY

import { readFile } from "node:fs/promises";
import { compile as compileVue } from "@vue/compiler-dom";
import { build } from "esbuild";
import { compile as compileSvelte } from "svelte/compiler";

const HERE = import.meta.dirname;
const [, , outdir = "."] = process.argv;

/**
 * @param {RegExp} filter
 * @param {(source: string) => string} compile
 * @returns {import("esbuild").Plugin}
 */
const compiler = (filter, compile) => ({
  name: String(filter),
  setup(bundle) {
    bundle.onLoad({ filter }, async ({ path }) => ({
      contents: compile(await readFile(path, "utf8")),
      resolveDir: HERE,
    }));
  },
});

const vue = compiler(/\.vue\.html$/, (template) => {
  /** @param {string} tag */
  const isCustomElement = (tag) => tag.includes("-");
  return compileVue(template, { mode: "module", isCustomElement }).code;
});
const svelte = compiler(/\.svelte$/, (source) => compileSvelte(source, { generate: "client" }).js.code);

/** Two versions of React are installed, each under a name of ours. @param {number} version */
const react = (version) => ({ react: `react${version}`, "react-dom": `react-dom${version}` });

/** @param {string} name @param {string} entry @param {import("esbuild").BuildOptions} [options] */
const bundle = (name, entry, options) =>
  build({
    entryPoints: [`${HERE}/${entry}`],
    outfile: `${outdir}/${name}.js`,
    bundle: true,
    format: "esm",
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    logLevel: "warning",
    ...options,
  });

await Promise.all([
  bundle("react18", "react.js", { alias: react(18) }),
  bundle("react19", "react.js", { alias: react(19) }),
  bundle("vue", "vue.js", { plugins: [vue] }),
  bundle("svelte", "svelte.js", { plugins: [svelte], conditions: ["browser"] }),
]);
