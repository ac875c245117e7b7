import { describe, expect, it } from "vitest";
import { type Moment, MomentWatch } from "../../../lib/real/tools/moment";
import { AF_INET, type Programs, SOCK_STREAM } from "../../../lib/sys";
import { runModel } from "../../../lib/world";

/** The calls at whose return the watch says "now". */
function moments(programs: Programs, moment?: Moment): string[] {
  const { calls } = runModel(programs);
  const watch = new MomentWatch(moment);
  const returned = calls.filter(({ exit }) => exit !== null).sort((a, b) => Number(a.exit) - Number(b.exit));
  return returned
    .filter((record) => watch.returned(record))
    .map(({ process, name, result }) => `${process} ${name} ${result}`);
}

const programs: Programs = {
  *server(sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(fd, { address: "127.0.0.1", port: 80 });
    yield* sys.listen(fd, 5);
    for (let i = 0; i < 2; i++) yield* sys.close(yield* sys.accept(fd));
  },
  *client(sys) {
    for (let i = 0; i < 2; i++) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(fd, { address: "127.0.0.1", port: 80 });
      yield* sys.close(fd);
    }
  },
};

describe("a moment", () => {
  it("in words is the first return of a call, of one process, or a later one", () => {
    expect(moments(programs, "accept")).toEqual(["server accept 4"]);
    expect(moments(programs, "client:socket")).toEqual(["client socket 3"]);
    expect(moments(programs, "socket:3")).toEqual(["client socket 3"]);
    expect(moments(programs, "client:accept")).toEqual([]);
    expect(moments(programs, "accept:3")).toEqual([]);
  });

  it("doesn't count failures", () => {
    const failing: Programs = function* (sys) {
      try {
        yield* sys.close(99);
      } catch {
        yield* sys.close(0);
      }
    };
    expect(moments(failing, "close")).toEqual(["program close undefined"]);
  });

  it("may be a function", () => {
    expect(moments(programs, ({ name, result }) => name === "accept" && result === 4)).toEqual(["server accept 4"]);
  });

  it("left out is when the most descriptors are open: the last of these", () => {
    const opened: Programs = function* (sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.close(r);
      yield* sys.close(w);
      for (let i = 0; i < 3; i++) yield* sys.dup(0);
      yield* sys.close(3);
    };
    expect(moments(opened)).toEqual(["program pipe 3,4", "program dup 5"]);
  });

  it("that is none is refused, with an example", () => {
    for (const words of ["", "acept", "server:", "accept:0"]) {
      expect(() => new MomentWatch(words), words).toThrow(/is no moment: write "accept"/);
    }
  });
});
