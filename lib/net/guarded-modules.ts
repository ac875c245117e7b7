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

export function guardModules(kernel: Kernel, given: Partial<NetModules>): NetModules {
  const modules = { ...standardNetModules, ...given };
  function hold<Name extends Simple>(name: Name, contract: Contract<ReturnType<NetModules[Name]>>): NetModules[Name] {
    const [make, ours] = [modules[name], standardNetModules[name]] as (() => ReturnType<NetModules[Name]>)[];
    if (make === ours) return modules[name];
    return (() => guarded(kernel, name, make, ours, contract)) as NetModules[Name];
  }
  const { portTable, streamReassembler, congestionControl, sendWindow } = modules;
  const ours = standardNetModules;
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
    sendWindow:
      sendWindow === ours.sendWindow
        ? sendWindow
        : () => guarded(kernel, "sendWindow", () => withCopies(sendWindow()), ours.sendWindow, sendWindowContract),
    portTable:
      portTable === ours.portTable
        ? portTable
        : (rules, random) =>
            guardedBy(
              kernel,
              "portTable",
              () => portTable(rules, random),
              () => ours.portTable(rules, random),
              (theirs, own) => new GuardedPortTable(kernel, theirs, own),
            ),
    streamReassembler:
      streamReassembler === ours.streamReassembler
        ? streamReassembler
        : () =>
            guardedBy(
              kernel,
              "streamReassembler",
              streamReassembler,
              ours.streamReassembler,
              (theirs, own) => new GuardedStreamReassembler(kernel, theirs, own),
            ),
    congestionControl:
      congestionControl === ours.congestionControl
        ? congestionControl
        : () =>
            guardedBy(
              kernel,
              "congestionControl",
              congestionControl,
              ours.congestionControl,
              (theirs, own) => new GuardedCongestionControl(kernel, theirs, own),
            ),
  };
}

/** The question is filled anew each time; a module may want to keep it. */
function withCopies(module: SendWindow): SendWindow {
  return { maySend: (question) => module.maySend({ ...question }) };
}

function guardedChecksum(kernel: Kernel, checksum: InternetChecksum): InternetChecksum {
  const ours = standardNetModules.checksum;
  if (checksum === ours) return checksum;
  const judge = new Judge(kernel, "checksum");
  return (data, from, to, initial) =>
    judge.settle(
      () => `of bytes ${from} to ${to} and ${initial}`,
      () => checksum(data, from, to, initial),
      () => ours(data, from, to, initial),
      same,
    );
}
