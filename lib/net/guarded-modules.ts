/**
 * A host's modules: ours as they are, and what takes their place with a guard (guard.ts).
 */
import type { Kernel } from "../kernel/kernel";
import type { InternetChecksum } from "./checksum";
import {
  arpCacheContract,
  datagramQueueContract,
  demultiplexerContract,
  listenQueuesContract,
  reassemblerContract,
  retransmissionTimerContract,
  routeTableContract,
  sendWindowContract,
  wakeUpRuleContract,
} from "./contracts";
import { type Contract, guarded, guardedBy, Judge, same } from "./guard";
import { GuardedPortTable } from "./inet/port-guard";
import { type NetModules, standardNetModules } from "./modules";
import { GuardedCongestionControl } from "./tcp/congestion-guard";
import { GuardedStreamReassembler } from "./tcp/reassembler-guard";
import type { SendWindow } from "./tcp/send-window";

/** The modules that are made without anything being said. */
type Simple = Exclude<keyof NetModules, "checksum" | "portTable">;

type Made<Name extends Simple> = ReturnType<NetModules[Name]>;

const ours = standardNetModules;

/** A host's modules, `given` ones in the place of ours and held to their contracts. What they do wrong is reported to the kernel. */
export function guardModules(kernel: Kernel, given: Partial<NetModules>): NetModules {
  const modules = { ...ours, ...given };
  /** Ours as it is; another one with a guard that `guard` puts around it. */
  function holdBy<Name extends Simple>(
    name: Name,
    guard: (make: () => Made<Name>, own: () => Made<Name>) => Made<Name>,
  ): NetModules[Name] {
    const [make, own] = [modules[name], ours[name]] as (() => Made<Name>)[];
    return make === own ? modules[name] : ((() => guard(make, own)) as NetModules[Name]);
  }
  function hold<Name extends Simple>(name: Name, contract: Contract<Made<Name>>): NetModules[Name] {
    return holdBy(name, (make, own) => guarded(kernel, name, make, own, contract));
  }
  return {
    checksum: guardedChecksum(kernel, modules.checksum),
    arpCache: hold("arpCache", arpCacheContract),
    routeTable: hold("routeTable", routeTableContract),
    reassembler: hold("reassembler", reassemblerContract),
    demultiplexer: hold("demultiplexer", demultiplexerContract),
    datagramQueue: hold("datagramQueue", datagramQueueContract),
    listenQueues: hold("listenQueues", listenQueuesContract),
    wakeUpRule: hold("wakeUpRule", wakeUpRuleContract),
    retransmissionTimer: hold("retransmissionTimer", retransmissionTimerContract),
    sendWindow: holdBy("sendWindow", (make, own) =>
      guarded(kernel, "sendWindow", () => withCopies(make()), own, sendWindowContract),
    ),
    portTable: guardedPortTable(kernel, modules.portTable),
    streamReassembler: holdBy("streamReassembler", (make, own) =>
      guardedBy(
        kernel,
        "streamReassembler",
        make,
        own,
        (theirs, mine) => new GuardedStreamReassembler(kernel, theirs, mine),
      ),
    ),
    congestionControl: holdBy("congestionControl", (make, own) =>
      guardedBy(
        kernel,
        "congestionControl",
        make,
        own,
        (theirs, mine) => new GuardedCongestionControl(kernel, theirs, mine),
      ),
    ),
  };
}

function guardedPortTable(kernel: Kernel, make: NetModules["portTable"]): NetModules["portTable"] {
  if (make === ours.portTable) return make;
  return (rules, random) =>
    guardedBy(
      kernel,
      "portTable",
      () => make(rules, random),
      () => ours.portTable(rules, random),
      (theirs, own) => new GuardedPortTable(kernel, theirs, own),
    );
}

/** The question is filled anew each time; a module may want to keep it. */
function withCopies(module: SendWindow): SendWindow {
  return { maySend: (question) => module.maySend({ ...question }) };
}

function guardedChecksum(kernel: Kernel, checksum: InternetChecksum): InternetChecksum {
  if (checksum === ours.checksum) return checksum;
  const judge = new Judge(kernel, "checksum");
  return (data, from, to, initial) =>
    judge.settle(
      () => `of bytes ${from} to ${to} and ${initial}`,
      () => checksum(data, from, to, initial),
      () => ours.checksum(data, from, to, initial),
      same,
    );
}
