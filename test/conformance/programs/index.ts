import { datagramErrors } from "./datagram-errors";
import { descriptorCopies } from "./descriptor-copies";
import { descriptors } from "./descriptors";
import { epoll } from "./epoll";
import { faults } from "./faults";
import { fileChanges } from "./file-changes";
import { files } from "./files";
import { descriptorsInTurn } from "./in-turn/descriptors";
import { tcpInTurn } from "./in-turn/tcp";
import { inetSuites } from "./inet";
import { interrupted } from "./interrupted";
import { limits } from "./limits";
import { paths } from "./paths";
import { pipes } from "./pipes";
import { processes } from "./processes";
import { processesAndTime } from "./processes-and-time";
import type { Suite } from "./program";
import { readiness } from "./readiness";
import { readinessStates } from "./readiness-states";
import { signals } from "./signals";
import { socketpairBuffers } from "./socketpair-buffers";
import { socketpairs } from "./socketpairs";
import { tcp } from "./tcp";
import { tcpStreams } from "./tcp-streams";
import { credentials } from "./unix/credentials";
import { unixMessages } from "./unix/messages";
import { unixNames } from "./unix/names";
import { outOfBand } from "./unix/out-of-band";
import { descriptorWalks } from "./walks/descriptors";
import { epollWalks } from "./walks/epoll";
import { pipeWalks } from "./walks/pipes-and-pairs";
import { processWalks } from "./walks/processes";
import { readinessWalks } from "./walks/readiness";
import { threadWalks } from "./walks/threads";

/** All behaviours that the model and the real machine must agree on, by subject. */
export const suites: Readonly<Record<string, Suite>> = {
  files: { ...files, ...fileChanges },
  paths,
  descriptors: { ...descriptors, ...descriptorCopies },
  pipes,
  processes,
  signals,
  readiness,
  "readiness, state by state": readinessStates,
  epoll,
  socketpairs: { ...socketpairs, ...socketpairBuffers },
  tcp: { ...tcp, ...tcpStreams },
  "descriptors, call by call": descriptorWalks,
  "epoll, call by call": epollWalks,
  "readiness, call by call": readinessWalks,
  "pipes and socketpairs, call by call": pipeWalks,
  "processes and signals, call by call": processWalks,
  "threads at one descriptor": threadWalks,
  "descriptors, in turn": descriptorsInTurn,
  "TCP, in turn": tcpInTurn,
  "processes, threads and time": processesAndTime,
  "errors of datagram sockets": datagramErrors,
  "bad addresses": faults,
  limits,
  "AF_UNIX: names and connections": unixNames,
  "AF_UNIX: who has the other end": credentials,
  "AF_UNIX: sending and receiving": unixMessages,
  "AF_UNIX: out-of-band bytes": outOfBand,
  "calls that a signal interrupts": interrupted,
  ...inetSuites,
};
