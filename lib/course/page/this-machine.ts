/**
 * What this machine can do for the course, as a small table. `npm run doctor` tells more, and how to get what is missing.
 *
 * Left out: anything that takes long or asks the network.
 */
import { linux } from "../../real/linux";
import type { Picture } from "../../view/picture";
import { type TableCell, table } from "./table";

/** One sentence: which kernel answers in the cells that say "on this machine". */
export function realKernelSentence(): string {
  const why = linux.unavailable();
  return why === null
    ? "On this machine real programs run on its own Linux kernel: real processes, real descriptors, real system calls."
    : `${why} In this course “the real machine” then means Node's own files and sockets.`;
}

/** The facts: what is here, and what it is for. */
export function thisMachine(): Picture {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const fresh = major > 20 || (major === 20 && minor >= 19);
  const why = linux.unavailable();
  const rows: TableCell[][] = [
    ["the model kernel", "✓ ready", "everything that is explained runs on it"],
    ["Node's own files and sockets", "✓ ready", "how you would write it at work"],
    [
      "real system calls",
      why === null ? "✓ ready" : "not here",
      why ?? "the same programs on this machine's own kernel",
    ],
    [`Node ${process.versions.node}`, fresh ? "✓ new enough" : "✗ too old", "the course needs 20.19 or newer"],
    [`${process.platform} on ${process.arch}`, "", "where this notebook runs"],
  ];
  return table(["what", "here?", "what for"], rows);
}
