/** Rules about numbers that only name something: which number it is says nothing, as long as it is the same one throughout. */
import { F_GETFL } from "../../sys";
import type { Rule } from "./rule";

export const numberRules: readonly Rule[] = [
  {
    id: "process-id",
    title: "ids of processes",
    why: "The numbers of processes and threads differ from run to run; the same process has the same one throughout.",
    source: "getpid(2), credentials(7)",
    allows: ({ kind }, { consistent }) => kind === "process" && consistent,
  },
  {
    id: "port",
    title: "port chosen by the system",
    why: "Asked for port 0, the system chooses a free one; the same endpoint has the same port throughout.",
    source: "ip(7), ip_local_port_range",
    allows: ({ kind }, { consistent }) => kind === "port" && consistent,
  },
  {
    id: "descriptor",
    title: "which descriptor is free",
    why: "A new descriptor is the lowest that is free. Where threads or clients race, something else may be open at that moment.",
    source: "open(2), POSIX 2.6 “File Descriptor Allocation”",
    allows: ({ kind, path }, { bothLowest, sameThing, company, afterwards }) =>
      kind === "descriptor" &&
      (path.startsWith("result") ? bothLowest && (company || afterwards) : sameThing && (company || afterwards)),
  },
  {
    id: "inode",
    title: "inode numbers, size of directories",
    why: "Inode numbers, and what a directory or device says its size is, are the file system's own business.",
    source: "inode(7)",
    allows: ({ kind, path }, { expected }) =>
      kind === "inode" || ((expected.name === "stat" || expected.name === "fstat") && path === "result.nlink"),
  },
  {
    id: "console",
    title: "what 0, 1 and 2 are",
    why: "Who starts a program chooses what its first three descriptors lead to: a terminal, a pipe, a file.",
    source: "stdin(3)",
    allows: ({ path }, { expected: { name, args }, leadsTo }) =>
      leadsTo === "console" &&
      path.startsWith("result") &&
      (name === "fstat" || (name === "fcntl" && args[1] === F_GETFL)),
  },
];
