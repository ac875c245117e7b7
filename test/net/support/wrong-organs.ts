/**
 * Organs that are wrong, each in several ways: it throws, it never returns, it answers with what can't be an answer, and it answers
 * with something that looks like one and isn't. With each, a run must end as if nothing had happened, and name it.
 */
import { StandardArpCache } from "../../../lib/net/arp/arp-cache";
import { type PortRules, StandardPortTable } from "../../../lib/net/inet/port-table";
import { SocketTable } from "../../../lib/net/inet/socket-table";
import { StandardReassembler } from "../../../lib/net/ip/reassembler";
import { LongestPrefixTable } from "../../../lib/net/ip/route-table";
import type { NetModules } from "../../../lib/net/modules/modules";
import type { RandomSource } from "../../../lib/net/network-options";
import { internetChecksum } from "../../../lib/net/packet/checksum";
import { Cubic } from "../../../lib/net/tcp/congestion/cubic";
import { StandardListenQueues } from "../../../lib/net/tcp/open/listen-queues";
import { OrderedPieces } from "../../../lib/net/tcp/receive/stream-reassembler";
import { StandardSendWindow } from "../../../lib/net/tcp/send/send-window";
import { StandardWakeUpRule } from "../../../lib/net/tcp/socket/wake-up-rule";
import { Rfc6298Timer } from "../../../lib/net/tcp/timers/retransmission-timer";
import { StandardDatagramQueue } from "../../../lib/net/udp/datagram-queue";

/** Makes one of ours, for each organ that is an object. */
const ours = {
  arpCache: () => new StandardArpCache(),
  routeTable: () => new LongestPrefixTable(),
  reassembler: () => new StandardReassembler(),
  portTable: (rules: PortRules, random: RandomSource) => new StandardPortTable(rules, random),
  demultiplexer: () => new SocketTable(),
  datagramQueue: () => new StandardDatagramQueue(),
  listenQueues: () => new StandardListenQueues(),
  streamReassembler: () => new OrderedPieces(),
  sendWindow: () => new StandardSendWindow(),
  wakeUpRule: () => new StandardWakeUpRule(),
  retransmissionTimer: () => new Rfc6298Timer(),
  congestionControl: () => new Cubic(),
};

type Organ = keyof typeof ours;

/** What each is asked in the course of the run: there it goes wrong. */
const question: Record<Organ, string> = {
  arpCache: "lookup",
  routeTable: "lookup",
  reassembler: "add",
  portTable: "bindForConnect",
  demultiplexer: "lookup",
  datagramQueue: "take",
  listenQueues: "takeConnection",
  streamReassembler: "take",
  sendWindow: "maySend",
  wakeUpRule: "readable",
  retransmissionTimer: "rto",
  congestionControl: "thresholdAfterLoss",
};

/** Looks like an answer, and isn't one. */
const subtle: Record<Organ, unknown> = {
  arpCache: { mac: 0x0200_0000_0099, fresh: true },
  routeTable: null,
  reassembler: new Uint8Array(4000),
  portTable: 80,
  demultiplexer: null,
  datagramQueue: null,
  listenQueues: null,
  streamReassembler: new Uint8Array(3),
  sendWindow: false,
  wakeUpRule: false,
  retransmissionTimer: 0,
  congestionControl: 0,
};

/** One of ours, whose `question` is answered by `answer`, as a method or a property. */
function spoilt(organ: Organ, answer: () => unknown): Partial<NetModules> {
  const make = (...args: unknown[]) => {
    const module: object = Reflect.apply(ours[organ], null, args);
    const name = question[organ];
    const isProperty = organ === "retransmissionTimer";
    Object.defineProperty(module, name, isProperty ? { get: answer, set: () => {} } : { value: answer });
    return module;
  };
  return { [organ]: make } as Partial<NetModules>;
}

function spoiltChecksum(answer: () => unknown): Partial<NetModules> {
  let asked = 0;
  // The first ones are right: a module may go wrong at any time.
  return { checksum: (...args) => (++asked < 10 ? internetChecksum(...args) : (answer() as number)) };
}

export interface WrongOrgan {
  readonly organ: string;
  readonly how: string;
  readonly modules: Partial<NetModules>;
}

/** Every organ, in every way. */
export function wrongOrgans(): WrongOrgan[] {
  const ways: Record<string, (organ: Organ | "checksum") => () => unknown> = {
    throws: () => () => {
      throw new TypeError("undefined is not iterable");
    },
    "never returns": () => () => {
      for (;;);
    },
    "answers NaN": () => () => Number.NaN,
    "answers undefined": () => () => undefined,
    "answers another type": () => () => ({ answer: -1 }),
    "answers what is wrong": (organ) => () => (organ === "checksum" ? 0x1234 : subtle[organ]),
  };
  return (["checksum", ...Object.keys(ours)] as (Organ | "checksum")[]).flatMap((organ) =>
    Object.entries(ways).map(([how, answerOf]) => {
      const answer = answerOf(organ);
      return { organ, how, modules: organ === "checksum" ? spoiltChecksum(answer) : spoilt(organ, answer) };
    }),
  );
}
