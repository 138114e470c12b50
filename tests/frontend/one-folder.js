// Static files of all apps are served from one folder, where a script of an app finds those of the project:
// node --import ./tests/frontend/one-folder.js --test …

import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const isRelative = specifier.startsWith(".") && context.parentURL;
    const url = isRelative ? new URL(specifier, context.parentURL).href : specifier;
    return next(url.replace(/\/(accounts|certificates|comments|demo)\/static\/otklik\//, "/static/otklik/"), context);
  },
});
