/**
 * A host's modules: ours as they are, and what takes their place with a guard (guard.ts).
 */
import type { Kernel } from "../../kernel/kernel";
import { GuardedPortTable } from "../inet/port-guard";
import type { InternetChecksum } from "../packet/checksum";
import { GuardedCongestionControl } from "../tcp/congestion/congestion-guard";
import { GuardedStreamReassembler } from "../tcp/receive/stream-reassembler-guard";
import type { SendWindow } from "../tcp/send/send-window";
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
import { type NetModules, standardNetModules as ours } from "./modules";

/** Puts a guard around what takes the place of the module of this name. */
type Guarding<Name extends keyof NetModules> = (kernel: Kernel, theirs: NetModules[Name]) => NetModules[Name];

/** Most answers can be held to a contract one by one; the others have guards of their own. */
const guards: { readonly [Name in keyof NetModules]: Guarding<Name> } = {
  checksum: guardChecksum,
  arpCache: byContract("arpCache", arpCacheContract),
  routeTable: byContract("routeTable", routeTableContract),
  reassembler: byContract("reassembler", reassemblerContract),
  demultiplexer: byContract("demultiplexer", demultiplexerContract),
  datagramQueue: byContract("datagramQueue", datagramQueueContract),
  listenQueues: byContract("listenQueues", listenQueuesContract),
  wakeUpRule: byContract("wakeUpRule", wakeUpRuleContract),
  retransmissionTimer: byContract("retransmissionTimer", retransmissionTimerContract),
  sendWindow: guardSendWindow,
  portTable: guardPortTable,
  streamReassembler: guardStreamReassembler,
  congestionControl: guardCongestionControl,
};

/** A host's modules, `given` ones in the place of ours and held to their contracts. What they do wrong is reported to the kernel. */
export function guardModules(kernel: Kernel, given: Partial<NetModules>): NetModules {
  const modules = { ...ours };
  for (const name of Object.keys(guards) as (keyof NetModules)[]) replace(kernel, modules, name, given[name]);
  return modules;
}

/** One that is ours has no guard, and costs nothing. */
function replace<Name extends keyof NetModules>(
  kernel: Kernel,
  modules: NetModules,
  name: Name,
  theirs: NetModules[Name] | undefined,
): void {
  if (theirs !== undefined && theirs !== ours[name]) modules[name] = guards[name](kernel, theirs);
}

/** Modules that are made without anything being said. */
type Simple = Exclude<keyof NetModules, "checksum" | "portTable">;
type Made<Name extends Simple> = ReturnType<NetModules[Name]>;

function byContract<Name extends Simple>(name: Name, contract: Contract<Made<Name>>): Guarding<Name> {
  const makeOurs = ours[name] as () => Made<Name>;
  return (kernel, theirs) => {
    const guard = () => guarded(kernel, name, theirs as () => Made<Name>, makeOurs, contract);
    return guard as NetModules[Name];
  };
}

function guardChecksum(kernel: Kernel, theirs: InternetChecksum): InternetChecksum {
  const judge = new Judge(kernel, "checksum");
  return (data, from, to, initial) =>
    judge.settle(
      () => `of bytes ${from} to ${to} and ${initial}`,
      () => theirs(data, from, to, initial),
      () => ours.checksum(data, from, to, initial),
      same,
    );
}

function guardSendWindow(kernel: Kernel, theirs: () => SendWindow): () => SendWindow {
  return () => guarded(kernel, "sendWindow", () => withCopies(theirs()), ours.sendWindow, sendWindowContract);
}

/** The question is filled anew each time; a module may want to keep it. */
function withCopies(module: SendWindow): SendWindow {
  return { maySend: (question) => module.maySend({ ...question }) };
}

function guardPortTable(kernel: Kernel, theirs: NetModules["portTable"]): NetModules["portTable"] {
  return (rules, random) =>
    guardedBy(
      kernel,
      "portTable",
      () => theirs(rules, random),
      () => ours.portTable(rules, random),
      (table, own) => new GuardedPortTable(kernel, table, own),
    );
}

function guardStreamReassembler(
  kernel: Kernel,
  theirs: NetModules["streamReassembler"],
): NetModules["streamReassembler"] {
  const guard = (module: Made<"streamReassembler">, own: Made<"streamReassembler">) =>
    new GuardedStreamReassembler(kernel, module, own);
  return () => guardedBy(kernel, "streamReassembler", theirs, ours.streamReassembler, guard);
}

function guardCongestionControl(
  kernel: Kernel,
  theirs: NetModules["congestionControl"],
): NetModules["congestionControl"] {
  const guard = (module: Made<"congestionControl">, own: Made<"congestionControl">) =>
    new GuardedCongestionControl(kernel, module, own);
  return () => guardedBy(kernel, "congestionControl", theirs, ours.congestionControl, guard);
}
