/** Many connections at once: each finds its own way, and an idle one needs nothing but its memory. */
import { expect, test } from "vitest";
import { FIRST_EPHEMERAL, LAST_EPHEMERAL } from "../../../lib/net/inet/port-table";
import {
  AF_INET,
  bytes,
  type InetAddress,
  IPPROTO_TCP,
  type Program,
  RLIMIT_NOFILE,
  SO_KEEPALIVE,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
  TCP_NODELAY,
  text,
} from "../../../lib/sys";
import { World } from "../../../lib/world";

const address = { address: "127.0.0.1", port: 7 };
const SECOND = 1_000_000_000;

function* listenHere(sys: Sys): Program<number> {
  yield* sys.setrlimit(RLIMIT_NOFILE, 10_000);
  const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listening, address);
  yield* sys.listen(listening, 4096);
  return listening;
}

function* connectTo(sys: Sys, count: number): Program<number[]> {
  yield* sys.setrlimit(RLIMIT_NOFILE, 10_000);
  const fds: number[] = [];
  for (let i = 0; i < count; i++) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, address);
    fds.push(fd);
  }
  return fds;
}

test("three thousand connections of one pair of addresses: every message reaches its own, also after every third was closed", () => {
  const count = 3000;
  const world = new World();
  const host = world.host("alice");
  // By the peer's port, what each accepted socket has read.
  const read = new Map<number, string>();
  const sent = new Map<number, string>();
  const server = host.spawn(function* (sys) {
    const listening = yield* listenHere(sys);
    const fds: number[] = [];
    for (let i = 0; i < count; i++) fds.push(yield* sys.accept(listening));
    for (const fd of fds) {
      const { port } = (yield* sys.getpeername(fd)) as InetAddress;
      read.set(port, text(yield* sys.read(fd, 100)));
    }
  }, "server");
  const client = host.spawn(function* (sys) {
    const fds = yield* connectTo(sys, count);
    for (const [i, fd] of fds.entries()) if (i % 3 === 0) yield* sys.close(fd);
    for (const [i, fd] of fds.entries()) {
      if (i % 3 === 0) continue;
      sent.set(((yield* sys.getsockname(fd)) as InetAddress).port, `I am ${i}`);
      yield* sys.write(fd, bytes(`I am ${i}`));
    }
  }, "client");
  world.run();
  expect([server.error, client.error]).toEqual([undefined, undefined]);
  expect(read.size).toBe(count);
  for (const [port, message] of read) expect(message).toBe(sent.get(port) ?? "");
});

test("connect takes even ports, each the next that is free", () => {
  const world = new World();
  const ports: number[] = [];
  const host = world.host("alice");
  host.spawn(function* (sys) {
    yield* listenHere(sys);
    yield* sys.pause();
  }, "server");
  const client = host.spawn(function* (sys) {
    for (const fd of yield* connectTo(sys, 50)) ports.push(((yield* sys.getsockname(fd)) as InetAddress).port);
  }, "client");
  world.run();
  expect(client.error).toBe(undefined);
  const next = (port: number) => (port + 2 > LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 2);
  expect(ports[0] % 2).toBe(0);
  expect(ports).toEqual(ports.map((_, i) => (i === 0 ? ports[0] : next(ports[i - 1]))));
  expect(ports).toHaveLength(50);
});

test("connections that are idle leave nothing to happen", () => {
  const world = new World();
  const host = world.host("alice");
  let connected = 0;
  host.spawn(function* (sys) {
    yield* listenHere(sys);
    yield* sys.pause();
  }, "server");
  host.spawn(function* (sys) {
    connected = (yield* connectTo(sys, 100)).length;
    yield* sys.pause();
  }, "client");
  world.run(10 * SECOND);
  expect([connected, world.clock.pending]).toEqual([100, 0]);
});

test("an option that one socket sets is its own, and what a listener has set is its children's", () => {
  const world = new World();
  const host = world.host("alice");
  const options: unknown[] = [];
  const server = host.spawn(function* (sys) {
    const listening = yield* listenHere(sys);
    yield* sys.setsockopt(listening, SOL_SOCKET, SO_KEEPALIVE, 1);
    const fds = [yield* sys.accept(listening), yield* sys.accept(listening)];
    yield* sys.setsockopt(fds[0], IPPROTO_TCP, TCP_NODELAY, 1);
    yield* sys.setsockopt(fds[1], SOL_SOCKET, SO_KEEPALIVE, 0);
    for (const fd of [listening, ...fds]) {
      options.push([
        yield* sys.getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE),
        yield* sys.getsockopt(fd, IPPROTO_TCP, TCP_NODELAY),
      ]);
    }
  }, "server");
  host.spawn((sys) => connectTo(sys, 2), "client");
  world.run();
  expect(server.error).toBe(undefined);
  expect(options).toEqual([
    [1, 0],
    [1, 1],
    [0, 0],
  ]);
});
