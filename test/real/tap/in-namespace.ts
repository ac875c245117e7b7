/**
 * Run by wire.test.ts in a network namespace of its own: the real kernel of this machine is 10.9.0.1, the model is 10.9.0.2, and a TAP
 * device is the wire between them. Prints one line of JSON: what each conversation came to.
 */
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import net from "node:net";
import {
  AF_INET,
  bytes,
  type Program,
  type ProgramFunction,
  RealTime,
  SOCK_DGRAM,
  SOCK_STREAM,
  type SystemError,
  Tap,
  text,
  World,
} from "../../../lib/index";

const REAL = "10.9.0.1";
const MODEL = "10.9.0.2";
const MEGABYTE = 1 << 20;

const tap = Tap.open({ address: `${REAL}/24` });
const world = new World();
const host = world.host("model", { address: `${MODEL}/24` });
const wall = world.outside("real", (frame) => tap.send(frame));
world.link(host, wall, { latency: 0, bandwidth: Number.POSITIVE_INFINITY });
const time = new RealTime(world);
tap.listen((frame) => time.happen(() => wall.deliver(frame)));

/** Runs a program on the model; its result or what it threw. */
function onModel<Result>(program: ProgramFunction<Result>): Promise<Result> {
  return new Promise((done, failed) => {
    time.happen(() => {
      host.spawn(function* wrapped(sys) {
        try {
          done(yield* program(sys));
        } catch (error) {
          failed(error as Error);
        }
      }, "program");
    });
  });
}

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The model connects to a real echo server and gets a megabyte back. */
async function modelIsTheClient(): Promise<boolean> {
  const server = net.createServer((socket) => socket.pipe(socket)).listen(7007, REAL);
  await new Promise((listening) => server.once("listening", listening));
  const data = pattern(MEGABYTE);
  const back = await onModel(function* (sys): Program<Uint8Array> {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address: REAL, port: 7007 });
    const received = new Uint8Array(MEGABYTE);
    let [sent, got] = [0, 0];
    while (got < MEGABYTE) {
      if (sent < MEGABYTE) sent += yield* sys.write(fd, data.subarray(sent, sent + 8192));
      const piece: Uint8Array = yield* sys.read(fd, 65_536);
      received.set(piece, got);
      got += piece.length;
    }
    yield* sys.close(fd);
    return received;
  });
  server.close();
  return same(back, data);
}

/** A real client fetches a megabyte from a server on the model. */
async function modelIsTheServer(): Promise<boolean> {
  const data = pattern(MEGABYTE);
  const served = onModel(function* (sys): Program<void> {
    const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listening, { address: MODEL, port: 8080 });
    yield* sys.listen(listening, 5);
    const fd = yield* sys.accept(listening);
    yield* sys.read(fd, 100);
    yield* sys.write(fd, data);
    yield* sys.close(fd);
    yield* sys.close(listening);
  });
  const socket = net.connect(8080, MODEL);
  socket.write("give");
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  await served;
  return same(Buffer.concat(pieces), data);
}

/** Nobody listens: each side is refused by the other. */
async function refusals(): Promise<string[]> {
  const real = new Promise<string>((done) => {
    net.connect(8181, MODEL).once("error", (error) => done((error as SystemError).code));
  });
  const ours = await onModel(function* (sys): Program<string> {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    try {
      yield* sys.connect(fd, { address: REAL, port: 8181 });
      return "connected";
    } catch (error) {
      return (error as SystemError).code;
    } finally {
      yield* sys.close(fd);
    }
  });
  return [await real, ours];
}

/** A datagram goes to the real kernel and its answer comes back; each tells where the other came from. */
async function datagrams(): Promise<string[]> {
  const socket = createSocket("udp4");
  const heard = new Promise<string>((done) => {
    socket.on("message", (message, from) => {
      done(`${message} from ${from.address}`);
      socket.send("pong", from.port, from.address);
    });
  });
  await new Promise<void>((bound) => socket.bind(5300, REAL, bound));
  const answer = await onModel(function* (sys): Program<string> {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.sendto(fd, bytes("ping"), 0, { address: REAL, port: 5300 });
    const { data, address } = yield* sys.recvfrom(fd, 100, 0);
    yield* sys.close(fd);
    return `${text(data)} from ${JSON.stringify(address)}`;
  });
  const results = [await heard, answer];
  socket.close();
  return results;
}

async function main(): Promise<void> {
  const results = {
    client: await modelIsTheClient(),
    server: await modelIsTheServer(),
    refused: await refusals(),
    datagrams: await datagrams(),
  };
  time.stop();
  await tap.close();
  const left = spawnSync("ip", ["link", "show", "fd3"]).status === 0;
  console.log(JSON.stringify({ ...results, left }));
}

main();
