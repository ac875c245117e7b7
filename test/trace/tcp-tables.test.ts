/** TCP's tables, rebuilt from the trace, are those that the two ends really have, after every event of a bad day. */
import { expect, test } from "vitest";
import type { TraceEvent } from "../../lib/net";
import { AF_INET, O_NONBLOCK, SHUT_WR, SOCK_STREAM, type Sys } from "../../lib/sys";
import { Recorder, tee } from "../../lib/trace/recorder";
import { applyEvent, emptyTables, tablesAt } from "../../lib/trace/tables";
import { tcpTables } from "../../lib/trace/tables/tcp";
import { World } from "../../lib/world";
import { MILLISECOND, SECOND } from "../../lib/world/clock";
import { expectSameNetworkTables } from "../support/same-network-tables";

const SIZE = 150_000;
const port = 80;

/** A client sends, a slow server reads, over a link that loses, doubles and reorders; each looks at the tables as it goes. */
function badDay(seed: number) {
  const recorder = new Recorder();
  const tables = emptyTables();
  const world = new World({ seed, trace: tee(recorder, { emit: (event) => void applyEvent(tables, event) }) });
  const alice = world.host("alice", { address: "10.0.0.1/24", card: { ringSize: 8 } });
  const bob = world.host("bob", { address: "10.0.0.2/24" });
  world.link(alice, bob, {
    latency: 10 * MILLISECOND,
    loss: 0.05,
    duplication: 0.02,
    reordering: 0.1,
    bandwidth: 10_000_000,
  });
  const server = bob.spawn(function* (sys: Sys) {
    const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listener, { address: "0.0.0.0", port });
    yield* sys.listen(listener, 1);
    const fd = yield* sys.accept(listener);
    let read = 0;
    for (;;) {
      const bytes = yield* sys.read(fd, 20_000);
      if (bytes.length === 0) break;
      read += bytes.length;
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 50 * MILLISECOND });
    }
    yield* sys.close(fd);
    return read;
  }, "server");
  alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address: "10.0.0.2", port });
    yield* sys.write(fd, new Uint8Array(SIZE));
    yield* sys.shutdown(fd, SHUT_WR);
    yield* sys.read(fd, 1);
    yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
  }, "client");
  world.run(300 * SECOND, () => {
    for (const kernel of [alice, bob]) expectSameNetworkTables(kernel, tables);
  });
  expect(server.result).toBe(SIZE);
  return { events: recorder.events as readonly TraceEvent[], tables };
}

test("after every event", () => {
  for (const seed of [1, 2, 3]) {
    const { tables, events } = badDay(seed);
    // The ring is small and the wire slow: packets have waited for it.
    expect(events.filter((event) => event.type === "net.queue").length).toBeGreaterThan(10);
    const left = ["alice", "bob"].map((name) => tcpTables(tables.hosts[name]));
    // The client closed first: nothing but its entry in TIME_WAIT is left, and that is over too.
    for (const { connections, requests, timeWaits } of left)
      expect([connections, requests, timeWaits]).toEqual([{}, {}, {}]);
  }
});

test("segments and bytes are counted as they went", () => {
  const { events } = badDay(4);
  const segments = events.filter((event) => event.type === "tcp.segment");
  expect(segments.length).toBeGreaterThan(SIZE / 1460);
  const end = events.findLastIndex((event) => event.type === "syscall.enter" && event.host === "bob");
  const rows = Object.values(tcpTables(tablesAt(events, end).hosts.bob).connections);
  expect(rows.map(({ bytesReceived }) => bytesReceived)).toContain(SIZE + 1);
});

test("a connection in TIME_WAIT, a request and a full accept queue are in the tables", () => {
  const recorder = new Recorder();
  const world = new World({ seed: 1, trace: recorder });
  const alice = world.host("alice");
  alice.spawn(function* (sys: Sys) {
    const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listener, { address: "127.0.0.1", port });
    yield* sys.listen(listener, 0);
    const clients: number[] = [];
    for (let i = 0; i < 3; i++) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM | O_NONBLOCK);
      try {
        yield* sys.connect(fd, { address: "127.0.0.1", port });
      } catch {}
      clients.push(fd);
    }
    const fd = yield* sys.accept(listener);
    yield* sys.close(clients[0]);
    yield* sys.close(fd);
    yield* sys.getpid();
  }, "alice");
  world.run();
  const events: readonly TraceEvent[] = recorder.events;
  const at = (index: number) => tcpTables(tablesAt(events, index).hosts.alice);
  const request = events.findIndex((event) => event.type === "tcp.request");
  expect(Object.keys(at(request + 1).requests)).toHaveLength(1);
  const moment = events.findIndex((event) => event.type === "syscall.enter" && event.call === "getpid");
  expect(Object.values(at(moment).timeWaits)).toMatchObject([{ remote: `127.0.0.1:${port}` }]);
  const listener = Object.values(tablesAt(events, moment).hosts.alice.sockets).find(({ state }) => state === "LISTEN");
  expect(listener).toMatchObject({ backlogLimit: 0 });
});
