/** Datagrams by name. Expectations were taken from a real Linux; see index.ts. */
import { AF_UNIX, AF_UNSPEC, bytes, SIOCOUTQ, SOCK_DGRAM, SOCK_NONBLOCK, text } from "../../../../lib/sys";
import { attempt } from "../attempt";
import { heard, readinessOf, SERVER, scenarioList } from "./scenario";

const { list, scenario } = scenarioList();

scenario(
  "datagrams: a queue of eleven, and who sent them",
  function* (sys) {
    const receiver = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
    const sender = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
    const stranger = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
    const path = `${SERVER}-queue`;
    yield* sys.bind(receiver, { path });
    yield* sys.connect(sender, { path });
    let sent = 0;
    while ((yield* attempt(sys.write(sender, bytes("m")))) !== "EAGAIN") sent++;
    const results: unknown[] = [sent, yield* readinessOf(sys, sender), yield* readinessOf(sys, stranger)];
    results.push(yield* attempt(sys.sendto(stranger, bytes("m"), 0, { path })), yield* sys.ioctl(sender, SIOCOUTQ));
    results.push((yield* sys.recvfrom(receiver, 9, 0)).address, yield* readinessOf(sys, sender));
    yield* sys.bind(stranger, { path: `${path}-stranger` });
    yield* sys.sendto(stranger, bytes("named"), 0, { path });
    for (let i = 0; i < 10; i++) yield* sys.recv(receiver, 9, 0);
    const { data, address } = yield* sys.recvfrom(receiver, 9, 0);
    results.push(text(data), address);
    return results;
  },
  [11, "0x0", "0x304", "EAGAIN", 8448, null, "0x304", "named", { family: AF_UNIX, path: `${SERVER}-queue-stranger` }],
);

scenario(
  "a sender that sleeps on a full queue is woken by the receiver, poll too",
  function* (sys) {
    const receiver = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    const path = `${SERVER}-full`;
    yield* sys.bind(receiver, { path });
    const sender = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
    yield* sys.connect(sender, { path });
    for (let i = 0; i < 11; i++) yield* sys.write(sender, bytes(`${i}`));
    const writer = yield* sys.pthread_create(function* (thread) {
      return yield* thread.write(sender, bytes("twelfth"));
    });
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
    const first = text(yield* sys.read(receiver, 9));
    const written = yield* sys.pthread_join(writer);
    const poller = yield* sys.pthread_create(function* (thread) {
      return yield* thread.poll([{ fd: sender, events: 4 }], 2000);
    });
    yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 20_000_000 });
    const second = text(yield* sys.read(receiver, 9));
    return [first, written, second, yield* sys.pthread_join(poller)];
  },
  ["0", 7, "1", 1],
);

scenario(
  "datagrams: only from the peer once connected",
  function* (sys) {
    const names = ["a", "b", "c"].map((name) => ({ path: `${SERVER}-peer-${name}` }));
    const fds: number[] = [];
    for (const name of names) {
      const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
      yield* sys.bind(fd, name);
      fds.push(fd);
    }
    const [a, b, c] = fds;
    yield* sys.connect(a, names[1]);
    const results: unknown[] = [
      yield* attempt(sys.sendto(c, bytes("x"), 0, names[0])),
      yield* attempt(sys.connect(c, names[0])),
      yield* attempt(sys.sendto(b, bytes("from b"), 0, names[0])),
      yield* attempt(sys.connect(a, names[2])),
      yield* heard(sys, a, 9),
      yield* attempt(sys.connect(a, { family: AF_UNSPEC })),
      yield* attempt(sys.write(a, bytes("x"))),
      yield* attempt(sys.sendto(c, bytes("now"), 0, names[0])),
      yield* heard(sys, a, 9),
    ];
    return results;
  },
  ["EPERM", "EPERM", 6, undefined, "EAGAIN", undefined, "ENOTCONN", 3, '"now"'],
);

scenario(
  "datagrams: a peer that turns away leaves ECONNRESET behind, one that goes ECONNREFUSED",
  function* (sys) {
    const names = ["m", "l", "other"].map((name) => ({ path: `${SERVER}-turn-${name}` }));
    const fds: number[] = [];
    for (const name of names) {
      const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
      yield* sys.bind(fd, name);
      fds.push(fd);
    }
    const [m, l] = fds;
    yield* sys.connect(m, names[1]);
    yield* sys.connect(l, names[0]);
    yield* sys.write(m, bytes("lost"));
    yield* sys.connect(l, names[2]);
    const results: unknown[] = [yield* readinessOf(sys, m), yield* heard(sys, m, 9)];
    results.push(yield* attempt(sys.write(m, bytes("x"))));
    yield* sys.close(l);
    results.push(yield* attempt(sys.write(m, bytes("x"))), yield* attempt(sys.write(m, bytes("x"))));
    return results;
  },
  ["0x30c", "ECONNRESET", "EPERM", "ECONNREFUSED", "ENOTCONN"],
);

scenario(
  "a datagram socket may talk to itself, and then only its send buffer counts",
  function* (sys) {
    const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
    const path = `${SERVER}-self`;
    yield* sys.bind(fd, { path });
    yield* sys.connect(fd, { path });
    let sent = 0;
    while ((yield* attempt(sys.write(fd, bytes("m")))) !== "EAGAIN") sent++;
    return [sent, yield* readinessOf(sys, fd)];
  },
  [278, "0x41"],
);

export const namedDatagrams = list;
