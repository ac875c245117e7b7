/**
 * A stage for transcripts: one model host, and we are its peer. What we say is written as one line, what it says is read as one.
 *
 *     const stage = new Stage();
 *     const fd = stage.accepts();                    a connection, made by us, accepted by a program
 *     stage.call((sys) => sys.write(fd, …));         a thread of that program makes a call
 *     stage.say(". 1:1 ack 1 win 257 sack 1001:2001");
 *     expect(stage.heard()).toEqual([…]);
 *
 * Flags are tcpdump's (S SYN, F FIN, R RST, P PSH, . ACK, U URG, E ECE, W CWR); "ect" and "ce" stand in the IP header; numbers count from the SYNs; `heard` puts milliseconds since the last `mark` in front.
 * Most of what the transcripts expect was compared with Linux 6.18, fed with the same segments through a TUN device; its timers fire
 * up to an eighth later.
 */
import type { ModelKernel } from "../../../lib/kernel";
import { networkOf } from "../../../lib/net/network";
import { Page } from "../../../lib/net/packet/page";
import { readHeader } from "../../../lib/net/tcp/header";
import { ACK, Segment, SYN, URG } from "../../../lib/net/tcp/segment";
import { add, distance, type Seq, toSeq } from "../../../lib/net/tcp/sequence";
import type { TcpSysctl } from "../../../lib/net/tcp/sysctl";
import {
  AF_INET,
  F_SETFL,
  O_NONBLOCK,
  O_RDWR,
  type Program,
  SIG_IGN,
  SIGPIPE,
  SOCK_STREAM,
  SOL_TCP,
  type Sys,
  SystemError,
  sys,
  TCP_INFO,
} from "../../../lib/sys";
import { World } from "../../../lib/world";
import { MILLISECOND } from "../../../lib/world/clock";
import { arpAnswer, Card, FLAGS, frameOf, IP, icmpUnreachable, TCP } from "./stage-card";

const FIRST_PORT = 40_000;

/** What we know of one connection: where the host's numbers begin, its first timestamp and its latest. */
interface Peer {
  iss: Seq | null;
  firstStamp: number | null;
  latestStamp: number;
}

/** A call that a thread is in, or was. */
interface Call {
  result: unknown;
  done: boolean;
}

export class Stage {
  readonly kernel: ModelKernel;
  private readonly world = new World({ seed: 1 });
  private readonly card = new Card((frame) => this.sent(frame));
  private readonly process;
  private readonly lines: string[] = [];
  private marked = 0;
  /** Who we are at present: our port; and the host's. */
  private port = FIRST_PORT;
  private hostPort = 80;
  private readonly peers = new Map<number, Peer>();

  constructor(sysctl: Partial<TcpSysctl> = {}) {
    this.kernel = this.world.host("alice", { sysctl });
    const network = networkOf(this.kernel);
    network.addDevice(this.card);
    network.addAddress(this.card, "10.0.0.1/24");
    this.process = this.kernel.spawn(function* (own: Sys): Program<void> {
      yield* own.sigaction(SIGPIPE, { handler: SIG_IGN });
      yield* own.pause();
    }, "main");
    this.wait(10);
  }

  private get now(): number {
    return this.world.clock.now();
  }

  /** Lets so many milliseconds pass. */
  wait(milliseconds: number): void {
    const { clock } = this.world;
    const until = this.now + milliseconds * MILLISECOND;
    while (clock.nextMoment() <= until) clock.step();
    clock.advanceTo(until);
  }

  /** Times are counted from here; what was said before is forgotten. */
  mark(): void {
    this.lines.length = 0;
    this.marked = this.now;
  }

  /** What the host has said since. */
  heard(): string[] {
    return this.lines.splice(0);
  }

  // The program

  /** A thread makes a call, or several; returns what came of it: a result, or an error's code. Fails when it sleeps. */
  call(make: (own: Sys) => Program): unknown {
    const call = this.begin(make);
    if (!call.done) throw new Error("this call sleeps");
    return call.result;
  }

  /** The same for a call that may sleep. */
  begin(make: (own: Sys) => Program): Call {
    const call: Call = { result: undefined, done: false };
    const thread = function* (): Program<void> {
      try {
        call.result = yield* make(sys);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        call.result = error.code;
      }
      call.done = true;
    };
    this.kernel.processes.startThread(this.process, thread());
    this.wait(0.1);
    return call;
  }

  /** A socket that listens at port 80. */
  listens(backlog = 1): number {
    return this.call(function* (own) {
      const fd = yield* own.socket(AF_INET, SOCK_STREAM);
      yield* own.bind(fd, { address: "0.0.0.0", port: 80 });
      yield* own.listen(fd, backlog);
      return fd;
    }) as number;
  }

  /** A connection that we have made, accepted, with a round trip of 20 ms; it doesn't block. */
  accepts(options = "mss 1000 sackOK wscale 7", window = 257): number {
    const listener = this.listens();
    this.say(`S 0:0 win 32792 ${options}`);
    this.wait(20);
    this.say(`. 1:1 ack 1 win ${window}${options.includes("ts") ? " ts 200" : ""}`);
    const fd = this.call(function* (own) {
      const accepted = yield* own.accept(listener);
      yield* own.fcntl(accepted, F_SETFL, O_RDWR | O_NONBLOCK);
      return accepted;
    }) as number;
    this.wait(100);
    this.mark();
    return fd;
  }

  /** A socket that has begun to connect to us; connect(2) doesn't wait. */
  connects(prepare?: (own: Sys, fd: number) => Program): number {
    const fd = this.call(function* (own) {
      const made = yield* own.socket(AF_INET, SOCK_STREAM);
      yield* own.fcntl(made, F_SETFL, O_RDWR | O_NONBLOCK);
      if (prepare !== undefined) yield* prepare(own, made);
      return made;
    }) as number;
    this.mark();
    this.call((own) => own.connect(fd, { address: "10.0.0.2", port: 80 }));
    return fd;
  }

  write(fd: number, size: number): unknown {
    return this.call((own) => own.write(fd, new Uint8Array(size)));
  }

  /** How many bytes, or an error's code. */
  read(fd: number, size = 100_000): unknown {
    const read = this.call((own) => own.read(fd, size));
    return read instanceof Uint8Array ? read.length : read;
  }

  // We

  /** From now on we are this client: 0, 1, 2 … */
  be(client: number): void {
    this.port = FIRST_PORT + client;
  }

  private get peer(): Peer {
    const peer = this.peers.get(this.port) ?? { iss: null, firstStamp: null, latestStamp: 0 };
    this.peers.set(this.port, peer);
    return peer;
  }

  /** TCP_INFO. */
  info(fd: number): Record<string, number> {
    return this.call((own) => own.getsockopt(fd, SOL_TCP, TCP_INFO)) as Record<string, number>;
  }

  /** The host's latest timestamp, to be echoed later. */
  echo(): number {
    return this.peer.latestStamp;
  }

  /** ICMP: the segment that begins there was too long for the path. */
  tooLong(from: number, mtu: number): void {
    this.unreachable(from, 4, mtu);
  }

  /** ICMP: the segment that begins there couldn't be delivered, with this code. */
  unreachable(from: number, code: number, mtu = 0): void {
    this.card.arrive(icmpUnreachable(this.hostPort, this.port, this.absolute(from), code, mtu));
    this.wait(0);
  }

  /** "P. 1:101 ack 1 win 257 urg 100 mss 1000 wscale 7 sackOK ts 200 sack 5:9 12:20": all but flags and numbers may be left out. `echo`: an older timestamp of the host's than the latest. */
  say(line: string, echo = this.peer.latestStamp): void {
    const [flags, numbers, ...words] = line.split(" ");
    const segment = new Segment();
    segment.sourcePort = this.port;
    segment.destinationPort = this.hostPort;
    for (const [letter, flag] of FLAGS) if (flags.includes(letter)) segment.flags |= flag;
    const [from, to] = numbers.split(":").map(Number);
    segment.seq = toSeq(from);
    for (let i = 0; i < words.length; i++) {
      const number = Number(words[i + 1]);
      if (words[i] === "ack") segment.ack = this.absolute(number);
      else if (words[i] === "win") segment.window = number;
      else if (words[i] === "urg") segment.urgentPointer = number;
      else if (words[i] === "mss") segment.mss = number;
      else if (words[i] === "wscale") segment.windowScale = number;
      else if (words[i] === "sackOK") segment.sackPermitted = true;
      else if (words[i] === "ts") this.stamp(segment, number, echo);
      else if (words[i] === "ect") segment.ecn = 2;
      else if (words[i] === "ce") segment.ecn = 3;
      else if (words[i] === "sack") segment.sack = words.slice(i + 1).map((block) => this.block(block));
    }
    this.card.arrive(frameOf(segment, to - from));
    this.wait(0);
  }

  private stamp(segment: Segment, value: number, echo: number): void {
    segment.hasTimestamps = true;
    segment.tsVal = value;
    segment.tsEcr = segment.has(ACK) ? echo : 0;
  }

  private absolute(number: number): Seq {
    return add(this.peer.iss ?? toSeq(0), number);
  }

  private block(text: string) {
    const [left, right] = text.split(":").map(Number);
    return { left: this.absolute(left), right: this.absolute(right) };
  }

  private sent(frame: Uint8Array): void {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    if (view.getUint16(12) === 0x0806) {
      this.card.arrive(arpAnswer(frame));
      return;
    }
    const segment = new Segment();
    readHeader(new Page(frame), TCP, IP + view.getUint16(IP + 2), segment);
    this.port = segment.destinationPort;
    this.hostPort = segment.sourcePort;
    const { peer } = this;
    if (segment.has(SYN)) peer.iss = segment.seq;
    if (segment.hasTimestamps) {
      peer.firstStamp ??= segment.tsVal;
      peer.latestStamp = segment.tsVal;
    }
    const milliseconds = Math.round((this.now - this.marked) / MILLISECOND);
    const ect = (view.getUint8(IP + 1) & 3) === 0 ? "" : " ect";
    this.lines.push(`${milliseconds} ${this.describe(segment)}${ect}`);
  }

  private describe(segment: Segment): string {
    const flags = FLAGS.filter(([, flag]) => segment.has(flag)).map(([letter]) => letter);
    const { iss, firstStamp } = this.peer;
    const base = iss ?? toSeq(0);
    const from = distance(segment.seq, base);
    const words = [`${flags.join("")} ${from}:${from + segment.size}`];
    if (segment.has(ACK)) words.push(`ack ${segment.ack >>> 0}`);
    words.push(`win ${segment.window}`);
    if (segment.has(URG)) words.push(`urg ${segment.urgentPointer}`);
    if (segment.mss > 0) words.push(`mss ${segment.mss}`);
    if (segment.windowScale >= 0) words.push(`wscale ${segment.windowScale}`);
    if (segment.sackPermitted) words.push("sackOK");
    if (segment.hasTimestamps)
      words.push(`ts ${distance(toSeq(segment.tsVal), toSeq(firstStamp ?? 0))} ${segment.tsEcr}`);
    if (segment.sack.length > 0)
      words.push(`sack ${segment.sack.map(({ left, right }) => `${left >>> 0}:${right >>> 0}`).join(" ")}`);
    return words.join(" ");
  }
}
