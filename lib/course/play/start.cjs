// @ts-check
/**
 * The entry of `npm run play`: makes TypeScript files loadable, then hands over to play.ts.
 *
 * It is plain JavaScript, because it must be able to say that nothing is installed yet. When the library has been built and
 * the build is not older than its sources, the built one is used: it loads in a fraction of the time. The learner's file is
 * checked by the compiler in a thread of its own meanwhile (type-check.cjs).
 */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const root = path.join(__dirname, "..", "..", "..");

/** Time of the last change below a folder, in milliseconds. @param {string} folder @returns {number} */
function newestSource(folder) {
  let newest = 0;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "dist" && entry.name !== "node_modules") newest = Math.max(newest, newestSource(place));
    } else if (entry.name.endsWith(".ts")) newest = Math.max(newest, fs.statSync(place).mtimeMs);
  }
  return newest;
}

/** The library as it is to be loaded: `lib/dist` when that is up to date, else `lib`. */
function library() {
  const built = path.join(root, "lib", "dist");
  const entry = path.join(built, "course", "play.js");
  const stamp = path.join(built, ".tsbuildinfo");
  const upToDate =
    fs.existsSync(entry) && fs.existsSync(stamp) && fs.statSync(stamp).mtimeMs >= newestSource(path.join(root, "lib"));
  return upToDate
    ? { entry, index: path.join(built, "index.js"), types: path.join(built, "index.d.ts") }
    : {
        entry: path.join(root, "lib", "course", "play.ts"),
        index: path.join(root, "lib", "index.ts"),
        types: path.join(root, "lib", "index.ts"),
      };
}

function start() {
  if (!fs.existsSync(path.join(root, "node_modules", "ts-node"))) {
    console.error(
      "The course isn't set up yet: run `npm run lab` (or `npm test`) once, which installs what is needed.",
    );
    process.exit(2);
  }
  const { entry, index, types } = library();
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
  main(process.argv.slice(2), { root, types }).then((/** @type {number} */ status) => {
    process.exitCode = status;
  });
}

start();
