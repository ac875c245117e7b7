/** Rules about the node kernel: what Node hides, and so that kernel can't show. */
import { F_GETPIPE_SZ, F_SETPIPE_SZ } from "../../sys";
import type { Circumstances, Rule } from "./rule";

/** Did Node say in its notes that it can't do this call, or this part of it, as Linux does? */
function noted({ kernel, notes, actual }: Circumstances): boolean {
  return kernel === "node" && notes.some((note) => note.startsWith(actual.name));
}

export const nodeRules: readonly Rule[] = [
  {
    id: "node-descriptor",
    title: "descriptors of the node kernel",
    why: "The node kernel's descriptor table is its own; the numbers that Node really uses are hidden.",
    source: "Node's net.Socket has no descriptor",
    allows: ({ kind, path }, { kernel, consistent, sameThing }) =>
      kernel === "node" && kind === "descriptor" && (path === "args.0" ? sameThing : consistent),
  },
  {
    id: "node-bind",
    title: "Node binds when it listens",
    why: "Node has no line for bind: a taken address, and the port chosen for 0, show only at listen or connect.",
    source: "Node's server.listen",
    allows: ({ actual }, { kernel, expected: call, actual: other }) =>
      kernel === "node" &&
      ((call.name === "bind" && actual === "returns") ||
        (call.name === "listen" && other.error?.code === "EADDRINUSE") ||
        (call.name === "getsockname" && actual === 0)),
  },
  {
    id: "node-hides",
    title: "hidden by Node",
    why: "Node doesn't offer this call, option or detail; the run's notes say what is missing.",
    source: "Node's net and dgram",
    allows: (_difference, circumstances) => noted(circumstances),
  },
  {
    id: "node-pipe-size",
    title: "emulated pipe",
    why: "The node kernel's pipes and socketpairs are emulated; their size can't be changed.",
    source: "lib/real/node/pipe.ts",
    allows: (_difference, { kernel, expected: { name, args } }) =>
      kernel === "node" && name === "fcntl" && (args[1] === F_GETPIPE_SZ || args[1] === F_SETPIPE_SZ),
  },
];
