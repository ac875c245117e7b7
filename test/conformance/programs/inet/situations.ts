/** Sockets in every state that a program can bring about, for whatever asks them whether they are ready. */
import {
  AF_UNSPEC,
  bytes,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  type Program,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_ERROR,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt } from "../program";
import {
  anyPort,
  boundUdp,
  connected,
  listening,
  moment,
  nobody,
  nobodyUdp,
  reset,
  tcpSocket,
  udpPair,
  udpSocket,
  until,
} from "./ends";

/** Brings a socket into a state, and returns it. */
export type Situation = (sys: Sys) => Program<number>;

/** One end of a connection to whose other end something has happened. */
function peerThat(happens: (sys: Sys, peer: number, own: number) => Program<void>): Situation {
  return function* (sys) {
    const [c, s] = yield* connected(sys);
    yield* happens(sys, s, c);
    yield* moment(sys);
    return c;
  };
}

export const tcpSituations: Readonly<Record<string, Situation>> = {
  "a new TCP socket": tcpSocket,
  *"a bound TCP socket"(sys) {
    const fd = yield* tcpSocket(sys);
    yield* sys.bind(fd, anyPort());
    return fd;
  },
  *"a listener without clients"(sys) {
    return (yield* listening(sys)).listener;
  },
  *"a listener with a client"(sys) {
    const { listener, name } = yield* listening(sys);
    yield* sys.connect(yield* tcpSocket(sys), name);
    yield* until(sys, listener, POLLIN);
    return listener;
  },
  *"a listener that was shut down"(sys) {
    const { listener } = yield* listening(sys);
    yield* sys.shutdown(listener, SHUT_RD);
    return listener;
  },
  *"a connect under way (SYN_SENT)"(sys) {
    const { name } = yield* listening(sys, 0);
    yield* sys.connect(yield* tcpSocket(sys), name);
    const fd = yield* tcpSocket(sys, SOCK_NONBLOCK);
    yield* attempt(sys.connect(fd, name));
    return fd;
  },
  *"a refused connect, not asked yet"(sys) {
    const fd = yield* tcpSocket(sys, SOCK_NONBLOCK);
    yield* attempt(sys.connect(fd, yield* nobody(sys)));
    yield* until(sys, fd, POLLOUT);
    return fd;
  },
  *"a refused connect, asked"(sys) {
    const fd = yield* tcpSocket(sys, SOCK_NONBLOCK);
    yield* attempt(sys.connect(fd, yield* nobody(sys)));
    yield* until(sys, fd, POLLOUT);
    yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
    return fd;
  },
  "an idle connection": peerThat(function* () {}),
  "a connection with bytes to read": peerThat(function* (sys, peer) {
    yield* sys.send(peer, bytes("x"), 0);
  }),
  "a connection whose peer is done (CLOSE_WAIT)": peerThat(function* (sys, peer) {
    yield* sys.shutdown(peer, SHUT_WR);
  }),
  "a connection whose peer is done, with bytes to read": peerThat(function* (sys, peer) {
    yield* sys.send(peer, bytes("x"), 0);
    yield* sys.shutdown(peer, SHUT_WR);
  }),
  "a connection that was shut down for reading": peerThat(function* (sys, _peer, own) {
    yield* sys.shutdown(own, SHUT_RD);
  }),
  "a connection that was shut down for writing (FIN_WAIT2)": peerThat(function* (sys, _peer, own) {
    yield* sys.shutdown(own, SHUT_WR);
  }),
  "a connection that was shut down for both": peerThat(function* (sys, _peer, own) {
    yield* sys.shutdown(own, SHUT_RDWR);
  }),
  "a connection that both ends have ended, we first (TIME_WAIT)": peerThat(function* (sys, peer, own) {
    yield* sys.shutdown(own, SHUT_WR);
    yield* until(sys, peer, POLLRDHUP);
    yield* sys.shutdown(peer, SHUT_WR);
  }),
  "a connection that both ends have ended, the peer first": peerThat(function* (sys, peer, own) {
    yield* sys.shutdown(peer, SHUT_WR);
    yield* until(sys, own, POLLRDHUP);
    yield* sys.shutdown(own, SHUT_WR);
  }),
  "a reset connection, not asked yet": peerThat(reset),
  "a reset connection, asked": peerThat(function* (sys, peer, own) {
    yield* reset(sys, peer);
    yield* until(sys, own, POLLIN);
    yield* sys.getsockopt(own, SOL_SOCKET, SO_ERROR);
  }),
  "a reset connection with bytes to read": peerThat(function* (sys, peer) {
    yield* sys.send(peer, bytes("x"), 0);
    yield* reset(sys, peer);
  }),
  "a connection that wrote to a closed peer": peerThat(function* (sys, peer, own) {
    yield* sys.close(peer);
    yield* until(sys, own, POLLRDHUP);
    yield* sys.send(own, bytes("x"), 0);
  }),
  "a dissolved connection": peerThat(function* (sys, _peer, own) {
    yield* sys.connect(own, { family: AF_UNSPEC });
  }),
};

function udpPeerThat(happens: (sys: Sys, peer: number, own: number) => Program<void>): Situation {
  return function* (sys) {
    const [a, b] = yield* udpPair(sys);
    yield* happens(sys, b, a);
    return a;
  };
}

export const udpSituations: Readonly<Record<string, Situation>> = {
  "a new UDP socket": udpSocket,
  *"a bound UDP socket"(sys) {
    return (yield* boundUdp(sys)).fd;
  },
  "a connected UDP socket": udpPeerThat(function* () {}),
  "a UDP socket with a datagram": udpPeerThat(function* (sys, peer) {
    yield* sys.send(peer, bytes("x"), 0);
  }),
  "a UDP socket with an empty datagram": udpPeerThat(function* (sys, peer) {
    yield* sys.send(peer, bytes(""), 0);
  }),
  *"a UDP socket whose peer isn't there"(sys) {
    const fd = yield* udpSocket(sys);
    yield* sys.connect(fd, yield* nobodyUdp(sys));
    yield* sys.send(fd, bytes("x"), 0);
    yield* until(sys, fd, POLLIN);
    return fd;
  },
  "a UDP socket shut down for reading": udpPeerThat(function* (sys, _peer, own) {
    yield* sys.shutdown(own, SHUT_RD);
  }),
  "a UDP socket shut down for writing": udpPeerThat(function* (sys, _peer, own) {
    yield* sys.shutdown(own, SHUT_WR);
  }),
  "a UDP socket shut down for both": udpPeerThat(function* (sys, _peer, own) {
    yield* sys.shutdown(own, SHUT_RDWR);
  }),
  "a UDP socket that was connected": udpPeerThat(function* (sys, _peer, own) {
    yield* sys.connect(own, { family: AF_UNSPEC });
  }),
};
