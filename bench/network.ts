/** The model's network beside Node's real loopback sockets, in one run. */
import * as net from "node:net";
import {
  AF_INET,
  type InetAddress,
  type ModelKernel,
  type Program,
  type ProgramFunction,
  SOCK_STREAM,
  type Sys,
  World,
} from "fd3";
import type { Bench } from "./benches";

const MEGABYTE = 1 << 20;
/** Enough for the compiler, too, to be done with long before the end. */
const BULK = 256 * MEGABYTE;
/** Ours are so many that the compiler has done its work before the first round is over. */
const CONNECTIONS = 20_000;
const NODE_CONNECTIONS = 2_000;
const CHUNK = 65_536;
const PORT = 7;

/** Reads until end of file into one buffer. */
function* sink(sys: Sys, fd: number): Program<number> {
  const buffer = new Uint8Array(CHUNK);
  let total = 0;
  for (;;) {
    const data = yield* sys.read(fd, buffer);
    if (data.length === 0) return total;
    total += data.length;
  }
}

function bulkServer(address: string): ProgramFunction {
  return function* server(sys) {
    const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listening, { address, port: PORT });
    yield* sys.listen(listening, 1);
    return yield* sink(sys, yield* sys.accept(listening));
  };
}

function bulkClient(address: string, bytes: number): ProgramFunction {
  return function* client(sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address, port: PORT });
    const data = new Uint8Array(CHUNK);
    for (let sent = 0; sent < bytes; sent += data.length) yield* sys.write(fd, data);
  };
}

function bulk(world: World, from: ModelKernel, to: ModelKernel, address: string, bytes: number): number {
  const server = to.spawn(bulkServer(address), "server");
  const client = from.spawn(bulkClient(address, bytes), "client");
  world.run();
  if (client.error !== undefined) throw client.error;
  if (server.result !== bytes) throw new Error(`${server.result} of ${bytes} bytes arrived`);
  return bytes;
}

function bulkOnLoopback(): number {
  const world = new World();
  const host = world.host("alice");
  return bulk(world, host, host, "127.0.0.1", BULK);
}

function bulkBetweenHosts(): number {
  const world = new World();
  const alice = world.host("alice", { address: "10.0.0.1/24" });
  const bob = world.host("bob", { address: "10.0.0.2/24" });
  world.link(alice, bob, { bandwidth: 10e9, latency: 50_000 });
  return bulk(world, alice, bob, "10.0.0.2", BULK);
}

function connections(): number {
  const world = new World();
  const host = world.host("alice");
  const address: InetAddress = { address: "127.0.0.1", port: PORT };
  host.spawn(function* server(sys) {
    const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listening, address);
    yield* sys.listen(listening, 128);
    for (let i = 0; i < CONNECTIONS; i++) yield* sys.close(yield* sys.accept(listening));
  }, "server");
  const client = host.spawn(function* client(sys) {
    for (let i = 0; i < CONNECTIONS; i++) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(fd, address);
      yield* sys.close(fd);
    }
  }, "client");
  world.run();
  if (client.error !== undefined) throw client.error;
  return CONNECTIONS;
}

/** A real listener on loopback for one measurement. */
async function onNode(serve: (socket: net.Socket) => void, use: (port: number) => Promise<void>): Promise<void> {
  const server = net.createServer(serve);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  await use((server.address() as net.AddressInfo).port);
  await new Promise((closed) => server.close(closed));
}

async function nodeBulk(): Promise<number> {
  await onNode(
    (socket) => socket.resume(),
    (port) =>
      new Promise((done, failed) => {
        const socket = net.connect(port, "127.0.0.1");
        const data = new Uint8Array(CHUNK);
        let sent = 0;
        const send = (): void => {
          while (sent < BULK) {
            sent += data.length;
            if (!socket.write(data)) {
              socket.once("drain", send);
              return;
            }
          }
          socket.end();
        };
        socket
          .once("connect", send)
          .once("close", () => done())
          .once("error", failed);
      }),
  );
  return BULK;
}

async function nodeConnections(): Promise<number> {
  await onNode(
    (socket) => socket.end().resume(),
    async (port) => {
      for (let i = 0; i < NODE_CONNECTIONS; i++) {
        await new Promise<void>((done, failed) => {
          const socket = net.connect(port, "127.0.0.1");
          socket
            .once("connect", () => socket.end())
            .once("close", () => done())
            .once("error", failed);
          socket.resume();
        });
      }
    },
  );
  return NODE_CONNECTIONS;
}

export const networkBenches: readonly Bench[] = [
  { name: "Node: bulk over real loopback", unit: "bytes", run: nodeBulk },
  {
    name: "TCP: bulk over the model's loopback",
    unit: "bytes",
    comparedWith: "Node: bulk over real loopback",
    run: bulkOnLoopback,
  },
  {
    name: "TCP: bulk between two hosts",
    unit: "bytes",
    comparedWith: "Node: bulk over real loopback",
    run: bulkBetweenHosts,
  },
  { name: "Node: connect + accept + close", unit: "connections", run: nodeConnections },
  {
    name: "TCP: connect + accept + close",
    unit: "connections",
    comparedWith: "Node: connect + accept + close",
    run: connections,
  },
];
