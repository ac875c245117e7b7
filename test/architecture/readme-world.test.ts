/** The program in lib/README.md runs, and shows what the text below it says. */
import ts from "typescript";
import { expect, it } from "vitest";
import * as fd3 from "../../lib";
import { frameInfo } from "../../lib/device/frame-info";
import { framesOf } from "../trace/read-pcap";
import { readme } from "./walks";

interface Outcome {
  readonly printed: string[];
  readonly files: Map<string, Uint8Array>;
}

/** Runs a program of the README, with what it prints and writes kept here. */
function run(code: string): Outcome {
  const printed: string[] = [];
  const files = new Map<string, Uint8Array>();
  const modules: Record<string, unknown> = {
    fd3,
    "node:fs": { writeFileSync: (name: string, contents: Uint8Array) => files.set(name, contents) },
  };
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(code, { compilerOptions });
  const log = (...words: unknown[]) => printed.push(words.join(" "));
  new Function("exports", "require", "console", outputText)({}, (name: string) => modules[name], { log });
  return { printed, files };
}

const [, program] = /```ts\n(.*?)```/s.exec(readme) ?? [];

it("the answer comes back, although the wire drops the first segment with data", () => {
  const { printed, files } = run(program);
  expect(printed[0]).toBe("hello came back");
  const sent = printed[1].split("\n").filter((line) => line.includes("10.0.0.1.") && line.includes("length 5"));
  expect(sent.filter((line) => line.includes("10.0.0.2.80: Flags [P.]"))).toHaveLength(2);
  const seen = framesOf(files.get("wire.pcap") ?? new Uint8Array(0)).map(({ bytes }) => frameInfo(bytes));
  expect(seen.filter(({ source, payload }) => source === "10.0.0.1" && payload === 5)).toHaveLength(1);
});
