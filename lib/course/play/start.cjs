// @ts-check
/**
 * The entry of `npm run play`: makes TypeScript files loadable, then hands over to play.ts.
 *
 * It is plain JavaScript, because it must be able to say that nothing is installed yet. When set-up has built the library
 * from the sources as they are, the built one is used: it loads in a fraction of the time. The learner's file is
 * checked by the compiler in a thread of its own meanwhile (type-check.cjs).
 */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const root = path.join(__dirname, "..", "..", "..");

/** The library as it is to be loaded: `lib/dist` when set-up has built it from just these sources, else `lib`. */
async function library() {
  const built = path.join(root, "lib", "dist");
  const entry = path.join(built, "course", "play.js");
  const { buildInPlace } = await import("../setup/build.mjs");
  return buildInPlace(root) && fs.existsSync(entry)
    ? { entry, index: path.join(built, "index.js"), types: path.join(built, "index.d.ts") }
    : {
        entry: path.join(root, "lib", "course", "play.ts"),
        index: path.join(root, "lib", "index.ts"),
        types: path.join(root, "lib", "index.ts"),
      };
}

async function start() {
  if (!fs.existsSync(path.join(root, "node_modules", "ts-node"))) {
    console.error(
      "The course isn't set up yet: run `npm run lab` (or `npm test`) once, which installs what is needed.",
    );
    process.exit(2);
  }
  const { entry, index, types } = await library();
  require("ts-node").register({
    transpileOnly: true,
    skipProject: true,
    compilerOptions: { target: "ES2022", module: "commonjs", moduleResolution: "node", esModuleInterop: true },
  });
  // Whatever "fd3" a program imports must be this very copy: its errors and constants are compared by identity.
  const { _resolveFilename: resolve } = /** @type {any} */ (Module);
  /** @type {any} */ (Module)._resolveFilename =
    /** @this {any} @param {string} request @param {any[]} rest */ function (request, ...rest) {
      return request === "fd3" ? index : resolve.call(this, request, ...rest);
    };
  const { main } = require(entry);
  process.exitCode = await main(process.argv.slice(2), { root, types });
}

void start();
