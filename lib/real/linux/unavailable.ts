/** Can this machine answer the programs' calls itself? The structures' layouts are those of 64-bit Linux with glibc. */
import { createRequire } from "node:module";

interface ReportHeader {
  readonly header?: { readonly glibcVersionRuntime?: string };
}

let answer: string | null | undefined;

/** null when it can, else one sentence that says why not. */
export function unavailable(): string | null {
  if (answer === undefined) answer = reason();
  return answer;
}

function reason(): string | null {
  if (process.platform !== "linux") {
    return `Real system calls need Linux, and this is ${process.platform}: use the model, or Node's own sockets.`;
  }
  if (process.arch !== "x64" && process.arch !== "arm64") {
    return `Real system calls are known for x64 and arm64, and this is ${process.arch}: use the model, or Node's own sockets.`;
  }
  if (!hasGlibc()) {
    return "Real system calls are made through glibc, and this Node uses another C library (musl?): use the model, or Node's own sockets.";
  }
  try {
    createRequire(__filename).resolve("koffi");
  } catch {
    return "Real system calls need the package koffi, which isn't installed: run npm install in the course's folder.";
  }
  return null;
}

function hasGlibc(): boolean {
  const report = process.report as { getReport(): object; excludeNetwork?: boolean } | undefined;
  if (report === undefined) return true;
  // Otherwise the report looks up the names of every open socket's peer.
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  try {
    return (report.getReport() as ReportHeader).header?.glibcVersionRuntime !== undefined;
  } finally {
    report.excludeNetwork = before;
  }
}
