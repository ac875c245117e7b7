import { describe, expect, it } from "vitest";
import { EBADF, EINTR } from "../../lib/sys/errno";
import { CallLog, callsOf } from "../../lib/trace/calls";
import { Recorder, tee } from "../../lib/trace/recorder";
import { pipeAndFork, recorded } from "../view/pipe-and-fork";

describe("system calls from events", () => {
  it("pair each entry with its exit, numbered in the order of all entries and exits", () => {
    const calls = callsOf(pipeAndFork);
    expect(calls.map((call) => [call.process, call.name, call.enter, call.exit])).toEqual([
      ["shell", "pipe", 0, 1],
      ["shell", "fork", 2, 3],
      ["shell/cat", "close", 4, 5],
      ["shell/cat", "read", 6, 12],
      ["shell", "write", 7, 8],
      ["shell", "close", 9, 10],
      ["shell", "waitpid", 11, 17],
      ["shell/cat", "write", 13, 14],
      ["shell/cat", "read", 15, 16],
    ]);
    expect(calls[0].result).toEqual([3, 4]);
  });

  it("leave a call open that never returned", () => {
    const [call] = callsOf(recorded([{ type: "syscall.enter", tid: 1, pid: 1, call: "pause", args: [] }]));
    expect(call).toMatchObject({ exit: null, endTime: null });
  });

  it("give errors as the errors that programs get", () => {
    const [call] = callsOf(
      recorded([
        { type: "syscall.enter", tid: 1, pid: 1, call: "close", args: [9] },
        { type: "syscall.exit", tid: 1, pid: 1, call: "close", error: "EBADF" },
      ]),
    );
    expect(call.error).toBe(EBADF);
  });

  it("keep a call open while a signal handler makes calls of its own", () => {
    const calls = callsOf(
      recorded([
        { type: "syscall.enter", tid: 1, pid: 1, call: "pause", args: [] },
        { type: "syscall.enter", tid: 1, pid: 1, call: "write", args: [] },
        { type: "syscall.exit", tid: 1, pid: 1, call: "write", result: 1 },
        { type: "syscall.exit", tid: 1, pid: 1, call: "pause", error: "EINTR" },
      ]),
    );
    expect(calls.map((call) => [call.name, call.enter, call.exit, call.error])).toEqual([
      ["pause", 0, 3, EINTR],
      ["write", 1, 2, undefined],
    ]);
  });

  it("are the same collected during the run, beside a recorder", () => {
    const [log, recorder] = [new CallLog(), new Recorder()];
    const trace = tee(log, recorder);
    for (const event of pipeAndFork) trace.emit(event);
    expect(log.calls).toEqual(callsOf(recorder.events));
    expect(recorder.events).toEqual(pipeAndFork);
  });
});
