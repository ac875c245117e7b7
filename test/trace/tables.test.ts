import { describe, expect, it } from "vitest";
import type { KernelEvent } from "../../lib/kernel/events";
import { SIGCHLD } from "../../lib/sys/signal";
import {
  type AnyEvent,
  applyEvent,
  defineRoom,
  emptyTables,
  sleepersByQueue,
  tablesAt,
  usersOfTables,
} from "../../lib/trace/tables";
import { childSleeps, ownWriter, pipeAndFork, recorded } from "../view/pipe-and-fork";

const at = (count: number) => tablesAt(pipeAndFork, count).hosts.machine;

describe("tables at a moment", () => {
  it("show processes, threads and what each is doing", () => {
    const host = at(childSleeps);
    expect(host.processes[101]).toMatchObject({ ppid: 100, name: "shell/cat", state: "alive", status: null });
    expect(host.tasks[100]).toMatchObject({ state: "running", calls: [], queues: [] });
    expect(host.tasks[101]).toMatchObject({
      state: "sleeping",
      calls: [{ name: "read", args: [3, 4096] }],
      queues: [{ queue: "pipe 1: data", exclusive: true }],
    });
    expect(sleepersByQueue(host)).toEqual({ "pipe 1: data": [101] });
  });

  it("count the descriptors of each open file over all tables", () => {
    const host = at(childSleeps);
    expect(Object.values(host.files).map((file) => [file.file, file.refcount])).toEqual([
      [1, 2],
      [2, 4],
      [3, 2],
      [4, 1],
    ]);
    expect(usersOfTables(host)).toEqual({ 2: [100], 3: [101] });
  });

  it("copy a table with its flags on fork, and keep both apart afterwards", () => {
    const copied = pipeAndFork.findIndex((event) => event.type === "fd-table.create" && event.copyOf === 2);
    expect(at(copied + 1).fdTables[3].fds).toEqual(at(copied + 1).fdTables[2].fds);
    expect(Object.keys(at(childSleeps).fdTables[2].fds)).toEqual(["0", "1", "2", "3", "4"]);
    expect(Object.keys(at(childSleeps).fdTables[3].fds)).toEqual(["0", "1", "2", "3"]);
  });

  it("follow a pipe's buffer and its ends", () => {
    expect(at(childSleeps).pipes["pipe 1"]).toMatchObject({ used: 0, readers: 1, writers: 1 });
    expect(at(childSleeps + 2).pipes["pipe 1"]).toMatchObject({ used: 12 });
    expect(at(pipeAndFork.length).pipes["pipe 1"]).toMatchObject({ used: 0, writers: 0 });
  });

  it("keep a zombie until it is reaped, without descriptors", () => {
    const reap = pipeAndFork.findIndex((event) => event.type === "process.reap");
    expect(at(reap).processes[101]).toMatchObject({ state: "zombie", status: 0, fdTable: null });
    expect(at(reap).fdTables[3]).toBeUndefined();
    expect(at(reap + 1).processes[101]).toBeUndefined();
  });

  it("keep a signal pending until it is delivered, once however often it is sent", () => {
    const sent = { type: "signal.send", pid: 100, tid: null, signal: SIGCHLD, by: "kernel" } as const;
    const taken = { type: "signal.deliver", tid: 100, signal: SIGCHLD, action: "ignore" } as const;
    const more = [...pipeAndFork, ...recorded([sent, sent])];
    expect(tablesAt(more).hosts.machine.processes[100].pendingSignals).toEqual([SIGCHLD]);
    expect(tablesAt([...more, ...recorded([taken])]).hosts.machine.processes[100].pendingSignals).toEqual([]);
  });

  it("say who was in a deadlock", () => {
    expect(tablesAt(ownWriter).deadlock).toMatchObject({ host: "machine", sleepers: [{ tid: 100 }] });
    expect(tablesAt(ownWriter, ownWriter.length - 1).deadlock).toBeNull();
  });
});

describe("the fold", () => {
  it("gives the same tables step by step as at once, at every moment", () => {
    const tables = emptyTables();
    pipeAndFork.forEach((event, i) => {
      applyEvent(tables, event);
      expect(tables).toEqual(tablesAt(pipeAndFork, i + 1));
    });
  });

  it("leaves the events as they were", () => {
    const before = structuredClone(pipeAndFork);
    tablesAt(pipeAndFork);
    expect(pipeAndFork).toEqual(before);
  });

  it("is plain data", () => {
    const tables = tablesAt(pipeAndFork, childSleeps);
    expect(JSON.parse(JSON.stringify(tables))).toEqual(tables);
  });

  it("keeps machines with the same pids apart", () => {
    const both = [...recorded([pipeAndFork[1] as never], "alice"), ...recorded([pipeAndFork[1] as never], "bob")];
    const renamed = both.map((event) => ({ ...event, name: `of ${event.host}` }) as KernelEvent);
    const { hosts } = tablesAt(renamed);
    expect([hosts.alice.processes[100].name, hosts.bob.processes[100].name]).toEqual(["of alice", "of bob"]);
  });

  it("does nothing on an event that nobody knows, and on rows that aren't there", () => {
    const strange: AnyEvent[] = [
      { type: "from.the.future", time: 0, host: "machine" },
      ...recorded([
        { type: "task.state", tid: 9, state: "running" },
        { type: "fd.remove", table: 9, fd: 9, file: 9 },
        { type: "process.exit", pid: 9, status: 0 },
        { type: "file.offset", file: 9, offset: 1 },
      ]),
    ];
    const { hosts } = tablesAt(strange);
    expect([hosts.machine.tasks, hosts.machine.files, hosts.machine.processes]).toEqual([{}, {}, {}]);
  });

  it("takes tables of other rooms", () => {
    type ArpEvent = AnyEvent & { type: "test-arp.learn"; address: string; hardware: string };
    const table = defineRoom<ArpEvent, Record<string, string>>("test-arp", () => ({}), {
      "test-arp.learn": (entries, { address, hardware }) => {
        entries[address] = hardware;
      },
    });
    const learn = (host: string): ArpEvent => {
      return { type: "test-arp.learn", time: 0, host, address: "10.0.0.2", hardware: "02:00" };
    };
    const tables = tablesAt([learn("alice"), { type: "x", time: 0, host: "bob" }]);
    expect(table(tables.hosts.alice)).toEqual({ "10.0.0.2": "02:00" });
    expect(table(tables.hosts.bob)).toEqual({});
  });
});
