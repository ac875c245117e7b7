import * as net from "node:net";
import { describe, expect, test } from "vitest";
import {
  AF_INET,
  AF_UNIX,
  bytes,
  concat,
  ECONNREFUSED,
  type InetAddress,
  MSG_NOSIGNAL,
  O_NONBLOCK,
  POLLIN,
  POLLOUT,
  type Program,
  SHUT_WR,
  SO_ERROR,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_INFO,
  TCP_NODELAY,
  text,
} from "../../../lib/sys";
import { resultOf, runOnNode } from "./run";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

function* listener(sys: Sys, backlog = 5): Program<{ fd: number; at: InetAddress }> {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(fd, LOOPBACK);
  yield* sys.listen(fd, backlog);
  return { fd, at: (yield* sys.getsockname(fd)) as InetAddress };
}

function* connected(sys: Sys): Program<[number, number]> {
  const { fd, at } = yield* listener(sys);
  const client = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(client, at);
  const server = yield* sys.accept(fd);
  return [client, server];
}

function* codeOf(call: Program): Program<string> {
  try {
    yield* call;
    return "no error";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("TCP", () => {
  test("an echo, a half-close and the end of file on both sides", async () => {
    const seen = await resultOf(function* (sys) {
      const { fd, at } = yield* listener(sys);
      yield* sys.fork(function* (sys) {
        const conn = yield* sys.accept(fd);
        for (;;) {
          const data = yield* sys.read(conn, 4096);
          if (data.length === 0) break;
          yield* sys.write(conn, data);
        }
        yield* sys.write(conn, bytes(" and bye"));
      });
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, at);
      yield* sys.write(client, bytes("hello"));
      yield* sys.shutdown(client, SHUT_WR);
      const parts: Uint8Array[] = [];
      for (;;) {
        const data = yield* sys.read(client, 3);
        if (data.length === 0) return text(concat(parts));
        parts.push(data);
      }
    });
    expect(seen).toBe("hello and bye");
  });

  test("both ends know both addresses", async () => {
    const seen = await resultOf(function* (sys) {
      const [client, server] = yield* connected(sys);
      return [
        yield* sys.getsockname(client),
        yield* sys.getpeername(server),
        yield* sys.getpeername(client),
        yield* sys.getsockname(server),
      ];
    });
    const [local, peerOfServer, peerOfClient, serverLocal] = seen as InetAddress[];
    expect(local).toEqual(peerOfServer);
    expect(peerOfClient).toEqual(serverLocal);
    expect(local.port).not.toBe(serverLocal.port);
  });

  test("more than any buffer holds arrives whole, while the writer sleeps", async () => {
    const size = 8_000_000;
    const seen = await resultOf(function* (sys) {
      const [client, server] = yield* connected(sys);
      yield* sys.fork(function* (sys) {
        yield* sys.close(client);
        const data = new Uint8Array(size).map((_, i) => i % 251);
        yield* sys.write(server, data);
      });
      yield* sys.close(server);
      let at = 0;
      for (;;) {
        const data = yield* sys.read(client, 1 << 20);
        if (data.length === 0) return at;
        for (const byte of data) if (byte !== at++ % 251) return `wrong at ${at}`;
      }
    });
    expect(seen).toBe(size);
  });

  test("ECONNREFUSED, EADDRINUSE, ENOTCONN, EISCONN", async () => {
    const codes = await resultOf(function* (sys) {
      const { fd, at } = yield* listener(sys);
      const other = yield* sys.socket(AF_INET, SOCK_STREAM);
      const codes = [yield* codeOf(sys.bind(other, at)), yield* codeOf(sys.read(other, 1))];
      yield* sys.connect(other, at);
      codes.push(yield* codeOf(sys.connect(other, at)));
      yield* sys.close(fd);
      const late = yield* sys.socket(AF_INET, SOCK_STREAM);
      codes.push(yield* codeOf(sys.connect(late, at)));
      return codes;
    });
    expect(codes).toEqual(["EADDRINUSE", "ENOTCONN", "EISCONN", "ECONNREFUSED"]);
  });

  test("an address that somebody else has taken shows at listen", async () => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as net.AddressInfo;
    const run = await runOnNode(function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, { address: "127.0.0.1", port });
      yield* sys.listen(fd, 5);
    });
    other.close();
    expect(run.processes[0].error).toMatchObject({ code: "EADDRINUSE", syscall: "listen" });
  });

  test("writing to a peer that is gone fails in the end, and reading sees the reset", async () => {
    const codes = await resultOf(function* (sys) {
      const [client, server] = yield* connected(sys);
      yield* sys.setsockopt(server, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
      yield* sys.close(server);
      const read = yield* codeOf(sys.read(client, 1));
      const write = yield* codeOf(sys.send(client, bytes("x"), MSG_NOSIGNAL));
      return [read, write, (yield* sys.read(client, 1)).length];
    });
    expect(codes).toEqual(["ECONNRESET", "EPIPE", 0]);
  });

  test("after an end of file, the first write is taken and a later one gets EPIPE", async () => {
    const codes = await resultOf(function* (sys) {
      const [client, server] = yield* connected(sys);
      yield* sys.close(server);
      const end = (yield* sys.read(client, 1)).length;
      const first = yield* sys.send(client, bytes("x"), MSG_NOSIGNAL);
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
      return [end, first, yield* codeOf(sys.send(client, bytes("x"), MSG_NOSIGNAL))];
    });
    expect(codes).toEqual([0, 1, "EPIPE"]);
  });

  test("nonblocking: connect says EINPROGRESS, poll says when, SO_ERROR says how", async () => {
    const seen = await resultOf(function* (sys) {
      const { fd, at } = yield* listener(sys);
      const good = yield* sys.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
      const codes = [yield* codeOf(sys.connect(good, at))];
      const entry = { fd: good, events: POLLOUT, revents: 0 };
      yield* sys.poll([entry], -1);
      const server = yield* sys.accept4(fd, O_NONBLOCK);
      codes.push(yield* codeOf(sys.read(server, 1)), yield* codeOf(sys.accept4(server, 0)));
      const errors = [yield* sys.getsockopt(good, SOL_SOCKET, SO_ERROR)];
      yield* sys.close(fd);
      const bad = yield* sys.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
      codes.push(yield* codeOf(sys.connect(bad, at)));
      yield* sys.poll([{ fd: bad, events: POLLOUT }], -1);
      errors.push(yield* sys.getsockopt(bad, SOL_SOCKET, SO_ERROR));
      return [codes, errors, entry.revents === POLLOUT];
    });
    expect(seen).toEqual([["EINPROGRESS", "EAGAIN", "EINVAL", "EINPROGRESS"], [0, ECONNREFUSED.number], true]);
  });

  test("one thread watches a listener and a connection with poll", async () => {
    const seen = await resultOf(function* (sys) {
      const { fd, at } = yield* listener(sys);
      yield* sys.fork(function* (sys) {
        const client = yield* sys.socket(AF_INET, SOCK_STREAM);
        yield* sys.connect(client, at);
        yield* sys.write(client, bytes("hi"));
      });
      const order: string[] = [];
      const watched = [{ fd, events: POLLIN, revents: 0 }];
      while (order.at(-1) !== "end") {
        yield* sys.poll(watched, -1);
        for (const entry of watched.filter(({ revents }) => revents & POLLIN)) {
          if (entry.fd === fd) {
            order.push("connection");
            watched.push({ fd: yield* sys.accept(fd), events: POLLIN, revents: 0 });
          } else order.push(text(yield* sys.read(entry.fd, 10)) || "end");
        }
      }
      return order;
    });
    expect(seen).toEqual(["connection", "hi", "end"]);
  });

  test("what Node hides is refused, with a note that says so", async () => {
    const run = await runOnNode(function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.setsockopt(fd, SOL_TCP, TCP_NODELAY, 1);
      return [yield* sys.getsockopt(fd, SOL_TCP, TCP_NODELAY), yield* codeOf(sys.getsockopt(fd, SOL_TCP, TCP_INFO))];
    });
    expect(run.processes[0].result).toEqual([1, "ENOPROTOOPT"]);
    expect(run.notes.join("\n")).toContain("getsockopt");
  });
});

test("UDP keeps datagrams whole, says who sent them, and cuts what doesn't fit", async () => {
  const seen = await resultOf(function* (sys) {
    const server = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(server, LOOPBACK);
    const at = yield* sys.getsockname(server);
    const client = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.sendto(client, bytes("one"), 0, at);
    yield* sys.connect(client, at);
    yield* sys.send(client, bytes("twotwo"), 0);
    const first = yield* sys.recvfrom(server, 100, 0);
    const second = yield* sys.recvmsg(server, [3], 0);
    yield* sys.sendto(server, bytes("back"), 0, first.address);
    return [
      text(first.data),
      (first.address as InetAddress).port === ((yield* sys.getsockname(client)) as InetAddress).port,
      text(concat(second.iov)),
      second.flags,
      text(yield* sys.read(client, 100)),
    ];
  });
  expect(seen).toEqual(["one", true, "two", 0x20, "back"]);
});

test.skipIf(process.platform === "win32")("a Unix-domain server at a path", async () => {
  const seen = await resultOf(function* (sys) {
    const server = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    yield* sys.bind(server, { path: "/run.sock" });
    yield* sys.listen(server, 5);
    const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
    yield* sys.connect(client, { path: "/run.sock" });
    const conn = yield* sys.accept(server);
    yield* sys.write(client, bytes("hi"));
    return [text(yield* sys.read(conn, 10)), yield* sys.getpeername(client)];
  });
  expect(seen).toEqual(["hi", { family: AF_UNIX, path: "/run.sock" }]);
});
