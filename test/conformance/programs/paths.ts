/** Paths, and what is wrong with them: path_resolution(7), and the page of each call that takes one. */
import {
  AF_UNIX,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  type Program,
  SOCK_STREAM,
  type Sys,
} from "fd3";
import { attempt, type Suite, walks } from "./program";

const { suite, agree } = walks();

const options = { files: { "/d/file": "words", "/d/sub/inside": "x" } };

/** The calls that take a path, each with its page. */
const calls: Record<string, [page: string, call: (sys: Sys, path: string) => Program]> = {
  open: ["open(2)", (sys, path) => sys.open(path, O_RDONLY)],
  "open with O_CREAT": ["open(2)", (sys, path) => sys.open(path, O_RDWR | O_CREAT, 0o644)],
  stat: ["stat(2)", (sys, path) => sys.stat(path)],
  mkdir: ["mkdir(2)", (sys, path) => sys.mkdir(path, 0o755)],
  rmdir: ["rmdir(2)", (sys, path) => sys.rmdir(path)],
  unlink: ["unlink(2)", (sys, path) => sys.unlink(path)],
};

const LONG_NAME = "n".repeat(256);
const LONG_PATH = `/${"p/".repeat(2048)}`;

for (const [name, [page, call]] of Object.entries(calls)) {
  const title = (what: string) => `${name}: ${what}; ${page}`;
  const tried = (...paths: string[]) =>
    function* (sys: Sys) {
      for (const path of paths) yield* attempt(call(sys, path));
    };
  agree(title("a name of 256 bytes, and one of 255"), tried(`/d/${LONG_NAME}`, `/d/${LONG_NAME.slice(1)}`), options);
  agree(title("a path of 4,096 bytes and more"), tried(LONG_PATH), options);
  agree(title("a long name in the middle"), tried(`/d/${LONG_NAME}/x`), options);
  agree(title("a file where a directory should be"), tried("/d/file/x", "/d/file/", "/d/file/."), options);
  agree(title("a directory that isn't there"), tried("/none/x", "/d/none/x/y"), options);
  agree(title("no path at all"), tried(""), options);
  agree(title("a directory that has something in it"), tried("/d"), options);
  agree(title("dots and slashes"), tried("/d/./sub//inside", "/d/sub/../file", "/../d/file"), options);
}

agree(
  "rmdir: what ends in a dot, in two, and the root itself; rmdir(2)",
  function* (sys) {
    yield* sys.mkdir("/d/empty", 0o755);
    yield* attempt(sys.rmdir("/d/empty/."));
    yield* attempt(sys.rmdir("/d/empty/.."));
    yield* attempt(sys.rmdir("/d/empty/"));
  },
  options,
);
agree("a directory that is open can be removed, and what was open stays; rmdir(2)", function* (sys) {
  yield* sys.mkdir("/tmp/gone", 0o755);
  const fd = yield* sys.open("/tmp/gone", O_RDONLY | O_DIRECTORY);
  yield* sys.rmdir("/tmp/gone");
  yield* attempt(sys.stat("/tmp/gone"));
  yield* attempt(sys.read(fd, 1));
  yield* attempt(sys.mkdir("/tmp/gone", 0o755));
});
agree(
  "open: flags that contradict each other; open(2)",
  function* (sys) {
    yield* attempt(sys.open("/d/new", O_RDWR | O_CREAT | O_DIRECTORY, 0o644));
    yield* attempt(sys.open("/d/file", O_RDONLY | O_EXCL));
    yield* attempt(sys.open("/d", O_WRONLY | O_DIRECTORY));
    yield* attempt(sys.open("/d", O_RDONLY | O_CREAT | O_EXCL, 0o644));
  },
  options,
);
agree(
  "open: O_TRUNC with O_RDONLY empties the file all the same; open(2)",
  function* (sys) {
    yield* sys.open("/d/file", O_RDONLY | O_TRUNC);
    const { size } = yield* sys.stat("/d/file");
    return size;
  },
  options,
);
agree("open: the name of a Unix-domain socket; open(2), ENXIO", function* (sys) {
  const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
  yield* sys.bind(fd, { path: "/tmp/name" });
  yield* attempt(sys.open("/tmp/name", O_RDWR));
  yield* attempt(sys.open("/tmp/name", O_RDONLY | O_CREAT, 0o644));
  yield* attempt(sys.open("/tmp/name", O_RDONLY | O_CREAT | O_EXCL, 0o644));
  yield* attempt(sys.open("/tmp/name", O_RDONLY | O_DIRECTORY));
  yield* attempt(sys.open("/tmp/name/", O_RDONLY));
  yield* attempt(sys.mkdir("/tmp/name", 0o755));
  yield* attempt(sys.rmdir("/tmp/name"));
  yield* sys.stat("/tmp/name");
  yield* sys.unlink("/tmp/name");
});
agree(
  "unlink and open again: two files, one after the other, under one name; unlink(2)",
  function* (sys) {
    const old = yield* sys.open("/d/file", O_RDONLY);
    yield* sys.unlink("/d/file");
    const fresh = yield* sys.open("/d/file", O_RDWR | O_CREAT | O_EXCL, 0o600);
    yield* sys.fstat(old);
    yield* sys.fstat(fresh);
    yield* sys.stat("/d/file");
  },
  options,
);
agree("mkdir: the mode without what the umask takes; mkdir(2)", function* (sys) {
  yield* sys.mkdir("/tmp/open", 0o700);
  return (yield* sys.stat("/tmp/open")).mode & 0o777;
});

export const paths: Suite = suite;
