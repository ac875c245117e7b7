/**
 * What each module's answers are held to while it is at work: the same contracts that test/net/contracts tests beforehand.
 *
 * Most answers follow from what was asked, so they must be ours. Where a module is free (a round-trip estimate is a matter of taste),
 * only what no answer may be is refused. Three modules need more than a look at their answers: port-guard.ts, stream-reassembler-guard.ts,
 * congestion-guard.ts.
 */
import { SECOND } from "../../world/clock";
import type { ArpCache } from "../arp/arp-cache";
import type { PortHolder } from "../inet/port-table";
import type { Demultiplexer } from "../inet/socket-table";
import type { Reassembler } from "../ip/reassembler";
import type { RouteTable } from "../ip/route";
import type { ListenQueues } from "../tcp/open/listen-queues";
import type { SendWindow } from "../tcp/send/send-window";
import type { WakeUpRule } from "../tcp/socket/wake-up-rule";
import { MAX_RTO, type RetransmissionTimer } from "../tcp/timers/retransmission-timer";
import type { DatagramQueue } from "../udp/datagram-queue";
import { alike, between, type Check, type Contract, nothing, same, show } from "./guard";

export const arpCacheContract: Contract<ArpCache> = {
  methods: { lookup: alike, learn: nothing, forget: nothing },
  properties: {},
};

export const routeTableContract: Contract<RouteTable> = {
  methods: { add: nothing, remove: nothing, lookup: same },
  properties: {},
};

/** "discard", null, or the same bytes. */
const wholeOrNot: Check = (came, ours) => {
  if (!(ours instanceof Uint8Array)) return same(came, ours, []);
  const right = came instanceof Uint8Array && came.length === ours.length && came.every((byte, i) => byte === ours[i]);
  return right ? null : `the whole payload, ${ours.length} bytes`;
};

export const reassemblerContract: Contract<Reassembler> = {
  methods: { add: wholeOrNot, forget: nothing },
  properties: {},
};

/** Among those who share a port by SO_REUSEPORT any may be chosen. */
const sameHolder: Check = (came, ours) => {
  if (came === ours) return null;
  const [chosen, one] = [came as PortHolder | null, ours as PortHolder | null];
  const group = one?.options.reusePort === true && chosen?.options?.reusePort === true;
  const together = group && chosen.local === one.local && chosen.localPort === one.localPort && chosen.remotePort === 0;
  return together ? null : show(ours);
};

export const demultiplexerContract: Contract<Demultiplexer> = {
  methods: { add: nothing, remove: nothing, lookup: sameHolder, lookupConnected: same },
  properties: {},
};

export const datagramQueueContract: Contract<DatagramQueue> = {
  methods: { add: same, peek: same, take: same },
  properties: { length: same, used: same },
};

export const listenQueuesContract: Contract<ListenQueues> = {
  methods: {
    setBacklog: nothing,
    mayRequest: same,
    addRequest: nothing,
    removeRequest: nothing,
    mayComplete: same,
    addConnection: nothing,
    takeConnection: same,
  },
  properties: { length: same, requests: same },
};

export const sendWindowContract: Contract<SendWindow> = { methods: { maySend: same }, properties: {} };

export const wakeUpRuleContract: Contract<WakeUpRule> = {
  methods: { readable: same, writable: same, enough: same },
  properties: {},
};

/** No clock ticks faster, and nobody waits longer (TCP_RTO_MAX). */
const SHORTEST_RTO = SECOND / 1000;
const aTime = between(0, MAX_RTO);

export const retransmissionTimerContract: Contract<RetransmissionTimer> = {
  methods: { measured: nothing, backOff: nothing, progressed: nothing },
  properties: { rto: between(SHORTEST_RTO, MAX_RTO), srtt: aTime, rttvar: aTime },
};
