/**
 * Every readiness bit in every state: of both ends of a pipe, of each type of Unix-domain socket, of a file. poll(2), select(2)
 * and epoll(7) look at the same bits, so each state is asked of all three.
 */
import {
  AF_UNIX,
  bytes,
  EPOLL_CTL_ADD,
  MSG_DONTWAIT,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
  type Program,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "fd3";
import { attempt, type Suite, walks } from "./program";

const { suite, agree } = walks();

const EVERYTHING = POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND | POLLRDHUP;
const NOW = { tv_sec: 0, tv_usec: 0 };

/** What poll, select and a fresh epoll instance say of a descriptor now. */
function* look(sys: Sys, fd: number): Program<void> {
  yield* sys.poll([{ fd, events: EVERYTHING }], 0);
  yield* sys.poll([{ fd, events: 0 }], 0);
  yield* sys.select(fd + 1, new Set([fd]), new Set([fd]), new Set([fd]), NOW);
  const epfd = yield* sys.epoll_create1(0);
  const added = yield* attempt(sys.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, { events: EVERYTHING, data: fd }));
  if (added === undefined) yield* sys.epoll_wait(epfd, 1, 0);
  yield* sys.close(epfd);
}

/** A state, and the descriptors to be looked at in it. */
type State = (sys: Sys) => Program<number[]>;

function* filled(sys: Sys, fd: number) {
  while (typeof (yield* attempt(sys.send(fd, new Uint8Array(1000), MSG_DONTWAIT))) === "number");
}

const pipeStates: Record<string, State> = {
  *empty(sys) {
    return yield* sys.pipe();
  },
  *"with a byte"(sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, bytes("x"));
    return [r, w];
  },
  *full(sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, new Uint8Array(65_536));
    return [r, w];
  },
  *"full but for less than a page"(sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, new Uint8Array(65_536));
    yield* sys.read(r, 4095);
    return [r, w];
  },
  *"full but for a page"(sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, new Uint8Array(65_536));
    yield* sys.read(r, 4096);
    return [r, w];
  },
  *"without a writer"(sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.close(w);
    return [r];
  },
  *"without a writer, with a byte"(sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, bytes("x"));
    yield* sys.close(w);
    return [r];
  },
  *"without a reader"(sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.close(r);
    return [w];
  },
  *"full, without a reader"(sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, new Uint8Array(65_536));
    yield* sys.close(r);
    return [w];
  },
};

const fileStates: Record<string, State> = {
  *"for reading, writing, both"(sys) {
    const both = yield* sys.open("/tmp/f", O_RDWR | O_CREAT, 0o644);
    return [both, yield* sys.open("/tmp/f", O_RDONLY), yield* sys.open("/tmp/f", O_WRONLY)];
  },
  *"that is a directory"(sys) {
    return [yield* sys.open("/tmp", O_RDONLY)];
  },
  *"that is /dev/null or /dev/zero"(sys) {
    return [yield* sys.open("/dev/null", O_RDWR), yield* sys.open("/dev/zero", O_RDWR)];
  },
};

/** States of two sockets that are connected. */
const pairStates = (type: number): Record<string, State> => ({
  *quiet(sys) {
    return yield* sys.socketpair(AF_UNIX, type);
  },
  *"with data on one side"(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.send(a, bytes("x"), 0);
    return [a, b];
  },
  *"with an empty message"(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.send(a, new Uint8Array(0), 0);
    return [a, b];
  },
  *full(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.setsockopt(a, SOL_SOCKET, SO_SNDBUF, 10_000);
    yield* filled(sys, a);
    return [a, b];
  },
  *"shut down for writing"(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.shutdown(a, SHUT_WR);
    return [a, b];
  },
  *"shut down for reading"(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.shutdown(a, SHUT_RD);
    return [a, b];
  },
  *"shut down both ways, with data"(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.send(a, bytes("x"), 0);
    yield* sys.shutdown(a, SHUT_RDWR);
    return [a, b];
  },
  *"whose peer has closed"(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.close(b);
    return [a];
  },
  *"whose peer has closed and left data"(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.send(b, bytes("x"), 0);
    yield* sys.close(b);
    return [a];
  },
  *"whose peer has closed with data unread"(sys) {
    const [a, b] = yield* sys.socketpair(AF_UNIX, type);
    yield* sys.send(a, bytes("x"), 0);
    yield* sys.close(b);
    return [a];
  },
  *"without a peer"(sys) {
    return [yield* sys.socket(AF_UNIX, type)];
  },
});

/** States of a listener and its clients. */
const listenerStates = (type: number): Record<string, State> => ({
  *"a listener with nobody"(sys) {
    return [yield* listening(sys, type, 1)];
  },
  *"a listener with a connection, and the client"(sys) {
    const listener = yield* listening(sys, type, 1);
    return [listener, yield* client(sys, type)];
  },
  *"a listener that was shut down"(sys) {
    const listener = yield* listening(sys, type, 1);
    yield* sys.shutdown(listener, SHUT_RD);
    return [listener];
  },
  *"a client whose listener has closed"(sys) {
    const listener = yield* listening(sys, type, 1);
    const fd = yield* client(sys, type);
    yield* sys.close(listener);
    return [fd];
  },
});

function* listening(sys: Sys, type: number, backlog: number) {
  const listener = yield* sys.socket(AF_UNIX, type);
  yield* sys.bind(listener, { path: "\0states" });
  yield* sys.listen(listener, backlog);
  return listener;
}

function* client(sys: Sys, type: number) {
  const fd = yield* sys.socket(AF_UNIX, type);
  yield* sys.connect(fd, { path: "\0states" });
  return fd;
}

function each(subject: string, page: string, states: Record<string, State>) {
  for (const [state, prepare] of Object.entries(states)) {
    agree(`${subject} ${state}; ${page}`, function* (sys) {
      for (const fd of yield* prepare(sys)) yield* look(sys, fd);
    });
  }
}

each("a pipe", "pipe(7)", pipeStates);
each("a file", "poll(2)", fileStates);
each("a stream socket", "unix(7)", pairStates(SOCK_STREAM));
each("a datagram socket", "unix(7)", pairStates(SOCK_DGRAM));
each("a packet socket", "unix(7)", pairStates(SOCK_SEQPACKET));
each("streams:", "unix(7)", listenerStates(SOCK_STREAM));
each("packets:", "unix(7)", listenerStates(SOCK_SEQPACKET));

export const readinessStates: Suite = suite;
