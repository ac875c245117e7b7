/**
 * The TypeScript compiler on one file of a learner's, kept warm: the language service remembers every other file, so a second
 * look costs a fraction of the first. The words are TypeScript's own.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { TypeProblem } from "../report";

export class TypeChecker {
  private readonly roots = new Set<string>();
  private readonly service: ts.LanguageService;

  /** `root` holds tsconfig.json, whose rules count, but for the one about what is declared and not used yet. */
  constructor(root: string) {
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
    const settings: ts.CompilerOptions = { ...options, noEmit: true, noUnusedLocals: false, noUnusedParameters: false };
    this.service = ts.createLanguageService({
      getCompilationSettings: () => settings,
      getScriptFileNames: () => [...this.roots],
      getScriptVersion: (file) => String(statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0),
      getScriptSnapshot: (file) => {
        try {
          return ts.ScriptSnapshot.fromString(readFileSync(file, "utf8"));
        } catch {
          return undefined;
        }
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath,
    });
  }

  /** What the compiler has to say about `file`; syntax first, and types only when the syntax is right. */
  check(file: string): TypeProblem[] {
    if (!existsSync(file)) {
      this.roots.delete(file);
      return [];
    }
    this.roots.add(file);
    const syntax = this.service.getSyntacticDiagnostics(file);
    const found = syntax.length > 0 ? syntax : this.service.getSemanticDiagnostics(file);
    return found
      .filter((diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error)
      .map((diagnostic) => this.problem(diagnostic));
  }

  private problem(diagnostic: ts.Diagnostic): TypeProblem {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    if (!diagnostic.file || diagnostic.start === undefined) {
      return { code: diagnostic.code, message, line: 1, column: 1, source: "" };
    }
    const { line, character } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
    const source = diagnostic.file.text.split(/\r?\n/)[line] ?? "";
    return { code: diagnostic.code, message, line: line + 1, column: character + 1, source };
  }
}
