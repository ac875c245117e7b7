/** Names: paths and abstract names, taken, missing, or given twice. Expectations were taken from a real Linux; see index.ts. */
import { AF_UNIX, SOCK_DGRAM, SOCK_STREAM } from "../../../../lib/sys";
import { attempt } from "../attempt";
import { scenarioList } from "./scenario";

const { list, scenario } = scenarioList();

scenario(
  "bind: names that are taken, missing, or given twice",
  function* (sys) {
    yield* sys.mkdir("/tmp/fd3-names");
    const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const bind = (path: string) => attempt(sys.bind(fd, { path }));
    const other = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const results = [
      yield* bind("/tmp/fd3-names/no/x"),
      yield* bind("/tmp/fd3-names"),
      yield* bind("/tmp/fd3-names/new/"),
      yield* bind(`/tmp/${"p".repeat(120)}`),
      yield* bind("/tmp/fd3-names/a"),
      yield* bind("/tmp/fd3-names/a"),
      yield* bind("/tmp/fd3-names/b"),
      yield* attempt(sys.bind(other, { path: "/tmp/fd3-names/a" })),
      yield* sys.getsockname(fd),
      yield* attempt(sys.open("/tmp/fd3-names/a", 2)),
      (yield* sys.stat("/tmp/fd3-names/a")).mode.toString(8).slice(0, 3),
      (yield* sys.fstat(fd)).mode.toString(8),
    ];
    yield* sys.close(fd);
    results.push(yield* attempt(sys.connect(other, { path: "/tmp/fd3-names/a" })));
    yield* sys.unlink("/tmp/fd3-names/a");
    results.push(yield* attempt(sys.connect(other, { path: "/tmp/fd3-names/a" })));
    results.push(yield* attempt(sys.bind(other, { path: "/tmp/fd3-names/a" })));
    yield* sys.unlink("/tmp/fd3-names/a");
    yield* sys.rmdir("/tmp/fd3-names");
    return results;
  },
  [
    "ENOENT",
    "EADDRINUSE",
    "ENOENT",
    "EINVAL",
    undefined,
    "EADDRINUSE",
    "EINVAL",
    "EADDRINUSE",
    { family: AF_UNIX, path: "/tmp/fd3-names/a" },
    "ENXIO",
    "140",
    "140777",
    "ECONNREFUSED",
    "ENOENT",
    undefined,
  ],
);

scenario(
  "abstract names: gone with their socket, and apart by type",
  function* (sys) {
    const stream = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const same = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    const datagram = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    const path = "\0fd3-scenario-abstract";
    const results: unknown[] = [
      yield* attempt(sys.bind(stream, { path })),
      yield* attempt(sys.bind(same, { path })),
      yield* attempt(sys.bind(datagram, { path })),
      yield* attempt(sys.connect(same, { path })),
      yield* sys.getsockname(stream),
    ];
    yield* sys.close(stream);
    results.push(yield* attempt(sys.bind(same, { path })));
    const automatic = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    yield* sys.bind(automatic, { path: "" });
    const name = yield* sys.getsockname(automatic);
    results.push("path" in name && /^\0[0-9a-f]{5}$/.test(name.path));
    results.push(yield* attempt(sys.connect(same, { path: "" })));
    return results;
  },
  [
    undefined,
    "EADDRINUSE",
    undefined,
    "ECONNREFUSED",
    { family: AF_UNIX, path: "\0fd3-scenario-abstract" },
    undefined,
    true,
    "EINVAL",
  ],
);

export const names = list;
