/** Reading and writing in units: limits, ends of streams, and a kernel that takes only a part. */
import { describe, expect, it } from "vitest";
import { bytes, O_NONBLOCK, type ProgramFunction, type Sys, text } from "../../lib/sys";
import { BufferedReader, LineTooLong, readExactly, UnexpectedEnd, writeAll } from "../../lib/user";
import { runModel } from "../../lib/world";

function resultOf<Result>(program: ProgramFunction<Result>): Result {
  const [{ result, error }] = runModel(program).processes;
  if (error !== undefined) throw error;
  return result as Result;
}

/** A stream that holds `content` and then ends, and a reader on it. */
const reading = <Result>(
  content: string,
  read: (sys: Sys, reader: BufferedReader) => ReturnType<ProgramFunction<Result>>,
) =>
  resultOf(function* main(sys) {
    const [r, w] = yield* sys.pipe();
    yield* writeAll(sys, w, bytes(content));
    yield* sys.close(w);
    return yield* read(sys, new BufferedReader(r));
  });

describe("lines", () => {
  it("may be as long as the limit, whatever their end, and no longer", () => {
    const line = (content: string, maxLength: number) =>
      reading(content, (sys, reader) => reader.readLine(sys, { maxLength }));
    for (const end of ["\n", "\r\n", ""]) {
      expect(line(`abcd${end}`, 4)).toBe("abcd");
      expect(() => line(`abcde${end}`, 4)).toThrow(LineTooLong);
    }
  });

  it("a line too long is noticed long before it ends", () => {
    expect(() => reading("a".repeat(9000), (sys, reader) => reader.readLine(sys))).toThrow(LineTooLong);
  });

  it("only LF ends a line, and an empty line isn't the end", () => {
    const all = reading("a\rb\n\n\r\nc\n", function* (sys, reader) {
      const lines: (string | null)[] = [];
      do lines.push(yield* reader.readLine(sys));
      while (lines.at(-1) !== null);
      return lines;
    });
    expect(all).toEqual(["a\rb", "", "", "c", null]);
  });

  it("the stream's end within a line is an error where a whole line is needed", () => {
    expect(() => reading("half", (sys, reader) => reader.readLine(sys, { complete: true }))).toThrow(UnexpectedEnd);
    expect(reading("", (sys, reader) => reader.readLine(sys, { complete: true }))).toBeNull();
  });

  it("what stands behind a line is there for whoever reads on", () => {
    const parts = reading("head\r\nbodytail", function* (sys, reader) {
      const head = yield* reader.readLine(sys);
      return [head, text(yield* reader.readExactly(sys, 4)), text(yield* reader.readSome(sys, 100))];
    });
    expect(parts).toEqual(["head", "body", "tail"]);
  });
});

it("writeAll goes on until a slow reader has made room for everything, and readExactly until it has all", () => {
  const [sent, received] = resultOf(function* main(sys) {
    const [r, w] = yield* sys.pipe();
    const data = bytes("0123456789".repeat(20_000));
    const pid = yield* sys.fork(function* writer(sys) {
      yield* sys.close(r);
      yield* writeAll(sys, w, data);
    });
    yield* sys.close(w);
    const all = yield* readExactly(sys, r, data.length);
    yield* sys.waitpid(pid, 0);
    return [text(data), text(all)];
  });
  expect(received).toBe(sent);
});

it("on a nonblocking descriptor writeAll passes EAGAIN on", () => {
  const run = runModel(function* main(sys) {
    const [, w] = yield* sys.pipe2(O_NONBLOCK);
    yield* writeAll(sys, w, new Uint8Array(100_000));
  });
  expect(run.processes[0].error).toMatchObject({ code: "EAGAIN", syscall: "write" });
});
