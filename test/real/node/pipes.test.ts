import { expect, test } from "vitest";
import {
  AF_UNIX,
  bytes,
  FIONREAD,
  MSG_NOSIGNAL,
  MSG_PEEK,
  O_NONBLOCK,
  POLLHUP,
  POLLIN,
  SHUT_WR,
  SIG_IGN,
  SIGPIPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  text,
  WIFSIGNALED,
  WTERMSIG,
} from "../../../lib/sys";
import { resultOf, runOnNode } from "./run";

test("a read sleeps until another thread writes, and sees the end when the last writer closes", async () => {
  const seen = await resultOf(function* (sys) {
    const [r, w] = yield* sys.pipe();
    const writer = yield* sys.pthread_create(function* (sys) {
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 1_000_000 });
      yield* sys.write(w, bytes("late"));
      yield* sys.close(w);
      return "done";
    });
    const data = text(yield* sys.read(r, 100));
    const end = (yield* sys.read(r, 100)).length;
    return [data, end, yield* sys.pthread_join(writer)];
  });
  expect(seen).toEqual(["late", 0, "done"]);
});

test("a nonblocking pipe takes 65,536 bytes, then says EAGAIN", async () => {
  const run = await runOnNode(function* (sys) {
    const [r, w] = yield* sys.pipe2(O_NONBLOCK);
    try {
      yield* sys.read(r, 1);
    } catch {}
    const taken = yield* sys.write(w, new Uint8Array(100_000));
    try {
      yield* sys.write(w, bytes("x"));
    } catch {}
    return [taken, yield* sys.ioctl(r, FIONREAD)];
  });
  expect(run.processes[0].result).toEqual([65_536, 65_536]);
  expect(run.calls.filter((call) => call.error).map((call) => `${call.name} ${call.error?.code}`)).toEqual([
    "read EAGAIN",
    "write EAGAIN",
  ]);
});

test("writing to a pipe nobody reads kills with SIGPIPE, unless it is ignored", async () => {
  const run = await runOnNode({
    *killed(sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.close(r);
      yield* sys.write(w, bytes("x"));
      return "survived";
    },
    *ignoring(sys) {
      yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
      const [r, w] = yield* sys.pipe();
      yield* sys.close(r);
      try {
        yield* sys.write(w, bytes("x"));
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "nothing happened";
    },
  });
  const [killed, ignoring] = run.processes;
  expect(WIFSIGNALED(killed.status ?? 0) && WTERMSIG(killed.status ?? 0)).toBe(SIGPIPE);
  expect(killed.result).toBeUndefined();
  expect(ignoring).toMatchObject({ status: 0, result: "EPIPE" });
});

test("a socketpair carries bytes both ways, and half-closing ends one direction", async () => {
  const seen = await resultOf(function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    yield* sys.write(a, bytes("ping"));
    const peeked = text(yield* sys.recv(b, 2, MSG_PEEK));
    const ping = text(yield* sys.read(b, 10));
    yield* sys.shutdown(a, SHUT_WR);
    const end = (yield* sys.read(b, 10)).length;
    yield* sys.write(b, bytes("pong"));
    const pong = text(yield* sys.read(a, 10));
    let code = "";
    try {
      yield* sys.send(a, bytes("x"), MSG_NOSIGNAL);
    } catch (error) {
      code = (error as { code: string }).code;
    }
    return [peeked, ping, end, pong, code];
  });
  expect(seen).toEqual(["pi", "ping", 0, "pong", "EPIPE"]);
});

test("a datagram socketpair keeps the borders between messages", async () => {
  const seen = await resultOf(function* (sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_DGRAM);
    yield* sys.write(a, bytes("one"));
    yield* sys.write(a, bytes("two"));
    return [text(yield* sys.read(b, 2)), text(yield* sys.read(b, 10))];
  });
  expect(seen).toEqual(["on", "two"]);
});

test("poll and select report what is ready, and time out when nothing is", async () => {
  const seen = await resultOf(function* (sys) {
    const [r, w] = yield* sys.pipe();
    const entry = { fd: r, events: POLLIN, revents: 0 };
    const nothing = yield* sys.poll([entry], 1);
    yield* sys.write(w, bytes("x"));
    const one = yield* sys.poll([entry], -1);
    const inFirst = entry.revents;
    const [readable, writable] = [new Set([r]), new Set([w])];
    const two = yield* sys.select(10, readable, writable, null, null);
    yield* sys.read(r, 1);
    yield* sys.close(w);
    yield* sys.poll([entry], -1);
    return [nothing, one, inFirst === POLLIN, two, [...readable], [...writable], entry.revents === POLLHUP];
  });
  expect(seen).toEqual([0, 1, true, 2, [3], [4], true]);
});

test("everybody asleep with nobody to wake them is reported at once, with who waits for what", async () => {
  const run = await runOnNode(
    function* (sys) {
      const [r] = yield* sys.pipe();
      yield* sys.read(r, 10);
    },
    { timeout: 3_600_000 },
  );
  expect(run.deadlock).toMatchObject([{ process: "program", waitsFor: "pipe 1: data" }]);
  expect(run.processes[0].status).toBeNull();
  expect(run.calls.at(-1)).toMatchObject({ name: "read", exit: null });
});
