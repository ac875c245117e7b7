import { type FdAllocator, LowestFree, O_RDONLY, type Sys } from "fd3";
import { describe, expect, it } from "vitest";
import { checkedRun, resultOf } from "../support/checked-run";

const files = { "/etc/motd": "hello" };

/** An allocator with one method of its own and the rest from ours. */
function withMethod(method: Partial<FdAllocator>): () => FdAllocator {
  return () => {
    const standard = new LowestFree();
    return {
      allocate: (from) => standard.allocate(from),
      take: (fd) => standard.take(fd),
      release: (fd) => standard.release(fd),
      copy: () => withMethod(method)(),
      ...method,
    };
  };
}

function* opens(sys: Sys) {
  return yield* sys.open("/etc/motd", O_RDONLY);
}

describe("a descriptor allocator in place of ours", () => {
  it("decides which number a descriptor gets", () => {
    const numbers = [0, 1, 2, 40];
    const modules = { fdAllocator: withMethod({ allocate: () => numbers.shift() ?? 0 }) };
    expect(resultOf(opens, { files, modules })).toBe(40);
  });

  it("that throws is named, the call fails with EIO, and the machine goes on", () => {
    const allocate = () => {
      throw new Error("no idea");
    };
    const run = checkedRun(
      {
        opens,
        other: function* () {
          return "fine";
        },
      },
      { files, modules: { fdAllocator: withMethod({ allocate }) } },
    );
    expect(run.errors[0]).toMatchObject({ code: "EIO" });
    expect(run.kernel.faults[0]).toBe("fdAllocator: allocate(0) threw no idea");
  });

  it("that hands out a number in use is named", () => {
    const taken = [0, 1, 2, 2];
    const modules = { fdAllocator: withMethod({ allocate: () => taken.shift() as number }) };
    const run = checkedRun(opens, { files, modules });
    expect(run.errors[0]).toMatchObject({ code: "EIO" });
    expect(run.kernel.faults).toEqual(["fdAllocator: allocate(0) returned 2, which is in use"]);
  });

  it("that does what ours does can't be told from it", () => {
    expect(resultOf(opens, { files, modules: { fdAllocator: withMethod({}) } })).toBe(3);
  });
});
