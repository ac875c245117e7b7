/**
 * A crowd: many connections of one server to one client, over loopback, and hardly any of them at work.
 *
 * What an idle connection takes is all that this process has more of than before, garbage collected: the sockets and descriptors of
 * both ends, their places in every table, and what the server's epoll instance keeps of its end. A message is a write, the segment,
 * its acknowledgement, the wake-up, the server's part of an epoll_wait, and the read.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  AF_INET,
  EPOLL_CTL_ADD,
  EPOLLIN,
  type Program,
  RLIMIT_NOFILE,
  SECOND,
  SOCK_STREAM,
  type Sys,
  World,
} from "fd3";
import type { Bench } from "./benches";

const ADDRESS = "127.0.0.1";
/** A client port can be used once for each port of the server's. */
const PER_PORT = 10_000;
const FIRST_PORT = 7;
/** After so many messages the server gets its turn. */
const BATCH = 100;
const MESSAGES = 20_000;
/** Seconds of the world between two rounds of talking; before the first, so many to connect in and so many to be idle. */
const PAUSE = 1000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export class Crowd {
  /** What one takes while it is idle, in bytes; and when an epoll instance watches one of its ends. */
  readonly idle: number;
  readonly watched: number;
  private readonly world = new World();
  private readonly plan = { messages: 0, among: 1 };
  private delivered = 0;
  private until = 2 * PAUSE * SECOND;

  constructor(private readonly connections: number) {
    const host = this.world.host("alice");
    const before = memory();
    host.spawn((sys) => this.server(sys), "server");
    host.spawn((sys) => this.client(sys), "client");
    this.world.run(this.until / 2);
    this.idle = (memory() - before) / connections;
    this.world.run(this.until);
    this.watched = (memory() - before) / connections;
  }

  /** Sends messages on `among` of the connections in turn; returns how many have been read at the other end. */
  talk(among: number): number {
    Object.assign(this.plan, { messages: MESSAGES, among });
    const before = this.delivered;
    this.until += PAUSE * SECOND;
    this.world.run(this.until);
    if (this.delivered - before !== MESSAGES) throw new Error(`${this.delivered - before} messages arrived`);
    return MESSAGES;
  }

  private *server(sys: Sys): Program<void> {
    yield* sys.setrlimit(RLIMIT_NOFILE, this.connections + 100);
    const epoll = yield* sys.epoll_create1(0);
    const listening: number[] = [];
    for (let i = 0; i < this.connections; i += PER_PORT) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, { address: ADDRESS, port: FIRST_PORT + listening.length });
      yield* sys.listen(fd, 4096);
      listening.push(fd);
    }
    const accepted: number[] = [];
    for (let i = 0; i < this.connections; i++) accepted.push(yield* sys.accept(listening[Math.floor(i / PER_PORT)]));
    yield* sys.nanosleep({ tv_sec: 1.5 * PAUSE, tv_nsec: 0 });
    for (const fd of accepted) yield* sys.epoll_ctl(epoll, EPOLL_CTL_ADD, fd, { events: EPOLLIN, data: fd });
    const buffer = new Uint8Array(64);
    for (;;) {
      for (const { data } of yield* sys.epoll_wait(epoll, 64, -1)) {
        yield* sys.read(data, buffer);
        this.delivered++;
      }
    }
  }

  private *client(sys: Sys): Program<void> {
    yield* sys.setrlimit(RLIMIT_NOFILE, this.connections + 100);
    const fds: number[] = [];
    for (let i = 0; i < this.connections; i++) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(fd, { address: ADDRESS, port: FIRST_PORT + Math.floor(i / PER_PORT) });
      fds.push(fd);
    }
    const message = new Uint8Array(16);
    yield* sys.nanosleep({ tv_sec: PAUSE, tv_nsec: 0 });
    for (let at = 0; ; ) {
      yield* sys.nanosleep({ tv_sec: PAUSE, tv_nsec: 0 });
      for (let i = 1; i <= this.plan.messages; i++) {
        at = (at + 1) % this.plan.among;
        yield* sys.write(fds[at], message);
        if (i % BATCH === 0) yield* sys.sched_yield();
      }
    }
  }
}

/** Made when the first row asks for it, and gone with the last. */
const crowds = new Map<number, Crowd>();

function crowdOf(connections: number): Crowd {
  const crowd = crowds.get(connections) ?? new Crowd(connections);
  crowds.set(connections, crowd);
  return crowd;
}

const FEW = "epoll: a message, 100 connections";

export const crowdBenches: readonly Bench[] = [
  {
    name: "memory of an idle connection, both ends",
    unit: "bytes",
    size: true,
    run: () => crowdOf(100_000).idle,
  },
  {
    name: "memory of one that epoll watches, both ends",
    unit: "bytes",
    size: true,
    run: () => crowdOf(100_000).watched,
  },
  { name: FEW, unit: "messages", run: () => crowdOf(100).talk(100) },
  {
    name: "epoll: a message, 100,000 connections, 100 talk",
    unit: "messages",
    comparedWith: FEW,
    run: () => crowdOf(100_000).talk(100),
  },
  {
    name: "epoll: a message, 100,000 connections, all talk in turn",
    unit: "messages",
    comparedWith: FEW,
    run: () => crowdOf(100_000).talk(100_000),
  },
];
