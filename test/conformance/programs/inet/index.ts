import type { Suite } from "../program";
import { bind } from "./bind";
import { bindConflicts } from "./bind-conflicts";
import { blocked } from "./blocked";
import { blockedInConnect } from "./blocked-connect";
import { blockedInPoll } from "./blocked-poll";
import { broadcast } from "./broadcast";
import { close } from "./close";
import { connect } from "./connect";
import { connectNonblocking } from "./connect-nonblocking";
import { controlLost } from "./control-lost";
import { epoll } from "./epoll";
import { epollLifetimes } from "./epoll-lifetimes";
import { full } from "./full";
import { listenAccept } from "./listen-accept";
import { names } from "./names";
import { optionSizes } from "./option-sizes";
import { options } from "./options";
import { connectionOptions } from "./options-connection";
import { optionsInherited } from "./options-inherited";
import { protocolOptions } from "./options-tcp";
import { readiness } from "./readiness";
import { receive } from "./receive";
import { receiveWindow } from "./receive-window";
import { selecting } from "./select";
import { send } from "./send";
import { sharing } from "./sharing";
import { shutdown } from "./shutdown";
import { sources } from "./sources";
import { tcpStates } from "./states";
import { udp } from "./udp";
import { udpConnected } from "./udp-connected";
import { udpCorked } from "./udp-corked";
import { udpErrorQueue } from "./udp-error-queue";
import { udpErrors } from "./udp-errors";
import { urgent } from "./urgent";

/** The sockets of AF_INET, a family of behaviours each. */
export const inetSuites: Readonly<Record<string, Suite>> = {
  "AF_INET: bind": bind,
  "AF_INET: bind, who may share a port": bindConflicts,
  "AF_INET: connect": connect,
  "AF_INET: connect, nonblocking": connectNonblocking,
  "AF_INET: listen and accept": listenAccept,
  "AF_INET: send": send,
  "AF_INET: receive": receive,
  "AF_INET: urgent data": urgent,
  "AF_INET: the receive window": receiveWindow,
  "AF_INET: connections that are full": full,
  "AF_INET: shutdown and close": shutdown,
  "AF_INET: close": close,
  "AF_INET: readiness in every state": readiness,
  "AF_INET: select and poll of several": selecting,
  "AF_INET: epoll": epoll,
  "AF_INET: epoll, who is watched and who is woken": epollLifetimes,
  "AF_INET: threads asleep at one socket": blocked,
  "AF_INET: threads asleep in poll": blockedInPoll,
  "AF_INET: threads asleep in connect": blockedInConnect,
  "AF_INET: one socket, many descriptors": sharing,
  "AF_INET: names": names,
  "AF_INET: from where a socket speaks": sources,
  "AF_INET: states of TCP": tcpStates,
  "AF_INET: options": options,
  "AF_INET: options of TCP and UDP": protocolOptions,
  "AF_INET: options of one connection": connectionOptions,
  "AF_INET: UDP": udp,
  "AF_INET: UDP with a peer": udpConnected,
  "AF_INET: errors of UDP": udpErrors,
  "AF_INET: broadcasts": broadcast,
  "AF_INET: errors in a queue": udpErrorQueue,
  "AF_INET: datagrams that are held back": udpCorked,
  "AF_INET: options that are inherited": optionsInherited,
  "AF_INET: options as bytes": optionSizes,
  "AF_INET: ancillary data without room": controlLost,
};
