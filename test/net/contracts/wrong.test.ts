/** Modules that somebody with one particular misconception would write: the contract refuses each, where it should. All but TCP. */
import { describe } from "vitest";
import { NicDriver } from "../../../lib/device/nic-driver";
import { StandardArpCache } from "../../../lib/net/arp/arp-cache";
import { StandardPortTable } from "../../../lib/net/inet/port-table";
import { SocketTable } from "../../../lib/net/inet/socket-table";
import { type Fragment, StandardReassembler } from "../../../lib/net/ip/reassembler";
import type { RouteEntry } from "../../../lib/net/ip/route";
import { LongestPrefixTable } from "../../../lib/net/ip/route-table";
import { fold } from "../../../lib/net/packet/checksum";
import { type Datagram, StandardDatagramQueue } from "../../../lib/net/udp/datagram-queue";
import { arpCacheContract } from "./arp-cache";
import { byWords, checksumContract } from "./checksum";
import { datagramQueueContract } from "./datagram-queue";
import { demultiplexerContract } from "./demultiplexer";
import { nicDriverContract } from "./nic-driver";
import { portTableContract } from "./port-table";
import { reassemblerContract } from "./reassembler";
import { but, expectRefused } from "./refused";
import { routeTableContract } from "./route-table";

describe("is refused", () =>
  expectRefused([
    [
      "checksum: an odd last byte is the low half",
      (test) =>
        checksumContract(
          (data, from, to, initial) =>
            (to - from) % 2 === 0
              ? byWords(data, from, to, initial)
              : fold(byWords(data, from, to - 1, initial) + data.getUint8(to - 1)),
          test,
        ),
      "an odd last byte is the high half of a word",
    ],
    [
      "checksum: the carry is cut off",
      (test) =>
        checksumContract((data, from, to, initial) => {
          let sum = initial;
          for (let i = from; i < to; i += 2) sum += (data.getUint8(i) << 8) | (i + 1 < to ? data.getUint8(i + 1) : 0);
          return sum & 0xffff;
        }, test),
      "carries go around until none is left",
    ],
    [
      "ARP cache: what was learned once holds for ever",
      (test) =>
        arpCacheContract(() => {
          const cache = new StandardArpCache();
          return {
            lookup: (address) => cache.lookup(address, 0),
            learn: (address, mac, _now, confirmed) => cache.learn(address, mac, 0, confirmed),
            forget: (address) => cache.forget(address),
          };
        }, test),
      "an entry gets old, and fresh again when confirmed",
    ],
    [
      "route table: the first that fits",
      (test) =>
        routeTableContract(() => {
          const entries: RouteEntry[] = [];
          return {
            add: (entry) => void entries.push(entry),
            remove: (entry) => void entries.splice(entries.indexOf(entry), 1),
            lookup(destination) {
              const table = new LongestPrefixTable();
              return (
                entries.find((entry) => {
                  table.add(entry);
                  return table.lookup(destination) !== null;
                }) ?? null
              );
            },
          };
        }, test),
      "the longest prefix wins, in whatever order they were added",
    ],
    [
      "reassembler: whole when the last piece comes",
      (test) =>
        reassemblerContract(() => {
          const pieces: Fragment[] = [];
          return {
            add(_key, piece) {
              pieces.push(piece);
              if (!piece.last) return null;
              return Uint8Array.from(pieces.splice(0).flatMap(({ bytes }) => [...bytes]));
            },
            forget: () => {},
          };
        }, test),
      "the last may come first",
    ],
    [
      "reassembler: whoever comes later is right",
      (test) =>
        reassemblerContract(() => {
          const ours = new StandardReassembler();
          return but(new StandardReassembler(), {
            add: (key, piece) => {
              const answer = ours.add(key, piece);
              return answer === "discard" ? null : answer;
            },
          });
        }, test),
      "pieces that overlap in part: the datagram is given up (RFC 5722)",
    ],
    [
      "port table: 0.0.0.0 is an address like any other",
      (test) =>
        portTableContract((rules, random) => {
          const tables = new Map<number, StandardPortTable>();
          const table = (address: number) => {
            const made = tables.get(address) ?? new StandardPortTable(rules, random);
            tables.set(address, made);
            return made;
          };
          return {
            bind: (holder, address, port) => table(address).bind(holder, address, port),
            bindForConnect: (holder, address, isFree) => table(address).bindForConnect(holder, address, isFree),
            share: (holder, address, port) => table(address).share(holder, address, port),
            mayListen: (holder) => [...tables.values()].every((each) => each.mayListen(holder)),
            release: (holder) => table(holder.local).release(holder),
          };
        }, test),
      "other addresses are other ports, but 0.0.0.0 is in everybody's way",
    ],
    [
      "demultiplexer: the port is enough",
      (test) =>
        demultiplexerContract(() => {
          const table = new SocketTable();
          return but(table, {
            lookupConnected: () => null,
          });
        }, test),
      "all four numbers, then the exact address, then any",
    ],
    [
      "datagram queue: the newest first",
      (test) =>
        datagramQueueContract(() => {
          const stack: Datagram[] = [];
          const used = () => stack.reduce((sum, { truesize }) => sum + truesize, 0);
          return {
            get length() {
              return stack.length;
            },
            get used() {
              return used();
            },
            add: (datagram, limit) =>
              used() > 0 && used() + datagram.truesize > limit ? false : stack.push(datagram) > 0,
            peek: () => stack[stack.length - 1] ?? null,
            take: () => stack.pop() ?? null,
          };
        }, test),
      "first in, first out; looking takes nothing",
    ],
    [
      "datagram queue: nothing is ever thrown away",
      (test) =>
        datagramQueueContract(() => {
          const queue = new StandardDatagramQueue();
          const add = queue.add.bind(queue);
          return but(queue, { add: (datagram) => add(datagram, Number.POSITIVE_INFINITY) });
        }, test),
      "full to the last byte, not beyond",
    ],
    [
      "driver: what is handed to the card has left",
      (test) =>
        nicDriverContract((card, device, mtu) => {
          const driver = new NicDriver(device, card, mtu);
          const transmit = driver.transmit.bind(driver);
          return but(driver, {
            transmit(packet) {
              const { owner } = packet;
              packet.owner = null;
              const taken = transmit(packet);
              if (taken) owner?.packetFreed(packet);
              else packet.owner = owner;
              return taken;
            },
          });
        }, test),
      "each packet is freed once, after its bytes have left",
    ],
    [
      "driver: interrupts stay on while it polls",
      (test) =>
        nicDriverContract((card, device, mtu) => {
          const seen = Object.create(card, { maskInterrupts: { value: () => {} } });
          for (const name of [
            "start",
            "stop",
            "setRxTail",
            "setTxTail",
            "unmaskInterrupts",
            "acknowledgeInterrupts",
          ] as const)
            Object.defineProperty(seen, name, { value: card[name].bind(card) });
          for (const name of ["setInterruptInterval", "traceClean"] as const)
            Object.defineProperty(seen, name, { value: card[name].bind(card) });
          return new NicDriver(device, seen, mtu);
        }, test),
      "while it is polled it isn't interrupted; afterwards it is again",
    ],
    [
      "driver: a full ring is somebody else's problem",
      (test) =>
        nicDriverContract((card, device, mtu) => {
          const driver = new NicDriver(device, card, mtu);
          const open = driver.open.bind(driver);
          return but(driver, {
            open: (stack) =>
              open({
                receive: stack.receive.bind(stack),
                schedulePoll: stack.schedulePoll.bind(stack),
                transmitReady: () => {},
              }),
          });
        }, test),
      "a full ring refuses, and says when it has room again",
    ],
  ]));
