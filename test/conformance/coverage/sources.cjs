/** The programs import the library by its name, `fd3`; run in a terminal, that must be its sources, as it is in the tests. */
const Module = require("node:module");
const { resolve } = require("node:path");

const find = Module._resolveFilename;
const sources = resolve(__dirname, "../../../lib/index.ts");

Module._resolveFilename = function (request, ...rest) {
  return find.call(this, request === "fd3" ? sources : request, ...rest);
};
