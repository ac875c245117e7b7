// @ts-check
/**
 * Checks a learner's program file with the TypeScript compiler, in a worker thread, and posts what the compiler says.
 *
 * Plain JavaScript, so that the thread needs nothing but the compiler. Only the learner's own files are checked: the file
 * and what it imports outside the library.
 */
const path = require("node:path");
const { parentPort, workerData } = require("node:worker_threads");
const ts = require("typescript");

/** @type {{ file: string, root: string, types: string, color: boolean }} */
const { file, root, types, color } = workerData;

const options = /** @type {import("typescript").CompilerOptions} */ ({
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  strict: true,
  noImplicitReturns: true,
  skipLibCheck: true,
  noEmit: true,
  types: ["node"],
  typeRoots: [path.join(root, "node_modules", "@types")],
  baseUrl: root,
  paths: { fd3: [types] },
});

const program = ts.createProgram([file], options);
const library = path.join(root, "lib") + path.sep;
const found = program
  .getSourceFiles()
  .filter((source) => !source.isDeclarationFile && !path.resolve(source.fileName).startsWith(library))
  .flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)])
  .filter(({ category }) => category === ts.DiagnosticCategory.Error);

const host = {
  getCanonicalFileName: (/** @type {string} */ name) => name,
  getCurrentDirectory: () => process.env.INIT_CWD ?? process.cwd(),
  getNewLine: () => "\n",
};
const format = color ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
parentPort?.postMessage(found.length > 0 ? format(found, host).trimEnd() : "");
