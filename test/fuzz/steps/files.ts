/** Steps on files and pipes, and on descriptors as such. */
import {
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETPIPE_SZ,
  F_SETFD,
  F_SETFL,
  F_SETPIPE_SZ,
  FIONBIO,
  FIONREAD,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "../../../lib/sys";
import type { Maker } from "../choose";
import type { Draft, Thing } from "../draft";

const PATHS = ["/d/a", "/d/b", "/d/sub/c", "/d", "/d/sub", "/d/none/x", "/d/a/"];
const SIZES = [0, 1, 3, 10, 100, 4096, 5000, 70_000];

/** A call with a descriptor of these things as its first argument. */
export function on(things: readonly Thing[], call: string, rest: (draft: Draft) => readonly unknown[] = () => []) {
  return (draft: Draft) => {
    const fd = draft.fd(...things);
    return fd === null ? null : { call, args: [fd, ...rest(draft)] };
  };
}

export function onAny(call: string, rest: (draft: Draft) => readonly unknown[] = () => []) {
  return (draft: Draft) => {
    const fd = draft.anyFd();
    return fd === null ? null : { call, args: [fd, ...rest(draft)] };
  };
}

const place = (draft: Draft): number => draft.pick([0, 3, 5000, -1]);

export const files: readonly Maker[] = [
  {
    kind: "files",
    weight: 4,
    make: (draft) => ({
      call: "open",
      args: [
        draft.pick(PATHS),
        draft.pick([O_RDONLY, O_WRONLY, O_RDWR]) |
          draft.pick([0, 0, O_CREAT, O_CREAT | O_EXCL]) |
          draft.pick([0, 0, O_TRUNC, O_APPEND, O_CLOEXEC, O_NONBLOCK]),
        0o644,
      ],
      opens: "file",
    }),
  },
  { kind: "files", weight: 3, make: on(["file"], "read", (draft) => [draft.pick(SIZES)]) },
  { kind: "files", weight: 3, make: on(["file"], "write", (draft) => [draft.data(SIZES)]) },
  { kind: "files", weight: 1, make: on(["file"], "writev", (draft) => [[draft.data(SIZES), draft.data([0, 5])]]) },
  { kind: "files", weight: 1, make: on(["file"], "readv", (draft) => [[draft.pick(SIZES), draft.pick([0, 5])]]) },
  // SEEK_END differs from file system to file system on directories, so it is left out.
  {
    kind: "files",
    weight: 2,
    make: on(["file"], "lseek", (draft) => [draft.pick([0, 5, -3, 100]), draft.pick([0, 1, 5])]),
  },
  { kind: "files", weight: 1, make: onAny("pread", (draft) => [draft.pick(SIZES), place(draft)]) },
  { kind: "files", weight: 1, make: onAny("pwrite", (draft) => [draft.data(SIZES), place(draft)]) },
  { kind: "files", weight: 1, make: onAny("ftruncate", (draft) => [place(draft)]) },
  { kind: "files", weight: 1, make: on(["file"], "fstat") },
  {
    kind: "files",
    weight: 1,
    make: (draft) => {
      const call = draft.pick(["mkdir", "rmdir", "unlink", "stat"]);
      const path = draft.pick([...PATHS, "/d/sub2"]);
      // Without a mode, it would be the umask's: 022 on the real machine.
      return { call, args: call === "mkdir" ? [path, 0o755] : [path] };
    },
  },
];

export const pipes: readonly Maker[] = [
  {
    kind: "pipes",
    weight: 3,
    make: (draft) => ({
      call: "pipe2",
      args: [draft.pick([0, 0, O_NONBLOCK, O_NONBLOCK | O_CLOEXEC])],
      opens: ["reader", "writer"],
    }),
  },
  { kind: "pipes", weight: 6, mayBlock: true, make: on(["reader"], "read", (draft) => [draft.pick(SIZES)]) },
  { kind: "pipes", weight: 6, mayBlock: true, make: on(["writer"], "write", (draft) => [draft.data(SIZES)]) },
  { kind: "pipes", weight: 1, mayBlock: true, make: on(["reader"], "readv", (draft) => [[draft.pick(SIZES), 3]]) },
  {
    kind: "pipes",
    weight: 1,
    mayBlock: true,
    make: on(["writer"], "writev", (draft) => [[draft.data(SIZES), draft.data(SIZES)]]),
  },
  { kind: "pipes", weight: 1, make: on(["reader", "writer"], "fcntl", () => [F_GETPIPE_SZ, 0]) },
  {
    kind: "pipes",
    weight: 1,
    make: on(["reader", "writer"], "fcntl", (draft) => [F_SETPIPE_SZ, draft.pick([0, 1, 4096, 5000, 65_536, 131_072])]),
  },
  { kind: "pipes", weight: 1, make: on(["reader", "writer"], "close") },
];

const copied = (call: string, rest: (draft: Draft) => readonly unknown[]) => (draft: Draft) => {
  const fd = draft.anyFd();
  return fd === null ? null : { call, args: [fd, ...rest(draft)], opens: draft.known(fd)?.thing ?? ("file" as const) };
};

export const descriptors: readonly Maker[] = [
  { kind: "descriptors", weight: 2, make: copied("dup", () => []) },
  { kind: "descriptors", weight: 1, make: copied("dup2", (draft) => [3 + draft.random.below(12)]) },
  {
    kind: "descriptors",
    weight: 1,
    make: copied("dup3", (draft) => [3 + draft.random.below(12), draft.pick([0, O_CLOEXEC])]),
  },
  {
    kind: "descriptors",
    weight: 1,
    make: copied("fcntl", (draft) => [draft.pick([F_DUPFD, F_DUPFD_CLOEXEC]), draft.pick([0, 3, 8])]),
  },
  { kind: "descriptors", weight: 3, make: onAny("close") },
  { kind: "descriptors", weight: 1, make: onAny("fcntl", (draft) => [draft.pick([F_GETFD, F_GETFL]), 0]) },
  { kind: "descriptors", weight: 1, make: onAny("fcntl", (draft) => [F_SETFD, draft.pick([0, 1])]) },
  {
    kind: "descriptors",
    weight: 2,
    make: onAny("fcntl", (draft) => [F_SETFL, draft.pick([0, O_NONBLOCK, O_NONBLOCK | O_APPEND])]),
  },
  { kind: "descriptors", weight: 1, make: onAny("ioctl", (draft) => [FIONBIO, draft.pick([0, 1])]) },
  { kind: "descriptors", weight: 2, make: onAny("ioctl", () => [FIONREAD]) },
  { kind: "descriptors", weight: 1, make: onAny("fstat") },
];
