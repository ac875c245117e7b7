/** Two hosts on one wire: ARP, fragments, broadcasts, and which addresses go together. */
import { describe, expect, test } from "vitest";
import { networkOf } from "../../../lib/net/network";
import {
  AF_INET,
  AF_UNSPEC,
  bytes,
  type InetAddress,
  IP_FREEBIND,
  SO_BROADCAST,
  SOCK_DGRAM,
  SOL_IP,
  SOL_SOCKET,
  type Sys,
  text,
} from "../../../lib/sys";
import { SECOND } from "../../../lib/world/clock";
import { asker, echo, PORT, run } from "../support/asking";
import { twoHosts } from "../support/cable";
import { describeFrame } from "../support/describe-frame";
import { attempt } from "../unix/attempt";

describe("two hosts on one wire", () => {
  test("the first datagram waits for ARP, the next ones go at once", () => {
    const { world, cable, alice, bob } = twoHosts();
    const [, answers] = run(world, [
      { kernel: bob, program: echo(2), name: "echo" },
      { kernel: alice, program: asker("10.0.0.2", [5, 6]), name: "asker" },
    ]);
    expect(answers).toEqual(["got 5", "got 6"]);
    expect(cable.frames.slice(0, 6).map(describeFrame)).toEqual([
      "ARP who-has 10.0.0.2 tell 10.0.0.1",
      "ARP 10.0.0.2 is-at 02:00:00:00:00:02",
      "UDP 10.0.0.1:1000 > 10.0.0.2:7 ttl 64 DF length 33",
      "UDP 10.0.0.2:7 > 10.0.0.1:1000 ttl 64 DF length 33",
      "UDP 10.0.0.1:1000 > 10.0.0.2:7 ttl 64 DF length 34",
      "UDP 10.0.0.2:7 > 10.0.0.1:1000 ttl 64 DF length 33",
    ]);
  });

  test("nobody answers ARP: three questions, one a second, then EHOSTUNREACH", () => {
    const { world, cable, alice } = twoHosts();
    const [answers] = run(world, [{ kernel: alice, program: asker("10.0.0.9", [5]), name: "asker" }]);
    // Not certain to last, so a plain receive isn't told; Linux does tell who set IP_RECVERR.
    expect(answers).toEqual([[5, "EAGAIN"]]);
    expect(cable.frames.map(describeFrame)).toEqual(Array(3).fill("ARP who-has 10.0.0.9 tell 10.0.0.1"));
  });

  test("a port that nobody has: ICMP finds the socket", () => {
    const { world, cable, alice } = twoHosts();
    const [answers] = run(world, [{ kernel: alice, program: asker("10.0.0.2", [5]), name: "asker" }]);
    expect(answers).toEqual([[5, "ECONNREFUSED"]]);
    expect(describeFrame(cable.frames[3])).toBe("ICMP 10.0.0.2 > 10.0.0.1 type 3 code 3 ttl 64 length 61");
  });

  test("a datagram larger than the wire takes is cut and made whole again", () => {
    const { world, cable, alice, bob } = twoHosts();
    const [, answers] = run(world, [
      { kernel: bob, program: echo(1), name: "echo" },
      { kernel: alice, program: asker("10.0.0.2", [4000]), name: "asker" },
    ]);
    expect(answers).toEqual(["got 4000"]);
    expect(cable.frames.slice(2, 5).map(describeFrame)).toEqual([
      "UDP 10.0.0.1:1000 > 10.0.0.2:7 ttl 64 MF length 1500",
      "IP 10.0.0.1 > 10.0.0.2 offset 1480 ttl 64 MF length 1500",
      "IP 10.0.0.1 > 10.0.0.2 offset 2960 ttl 64 length 1068",
    ]);
  });

  test("a fragment that is lost: the rest is given up after 30 seconds, and the sender told", () => {
    const { world, cable, alice, bob } = twoHosts();
    cable.lose = (_frame, index) => index === 3;
    const [, answers] = run(world, [
      { kernel: bob, program: echo(0), name: "nobody" },
      { kernel: alice, program: asker("10.0.0.2", [4000]), name: "asker" },
    ]);
    expect(answers).toEqual([[4000, "EAGAIN"]]);
    expect(cable.frames.map(describeFrame).filter((frame) => frame.startsWith("ICMP"))).toEqual([
      "ICMP 10.0.0.2 > 10.0.0.1 type 11 code 1 ttl 64 length 576",
    ]);
    expect(networkOf(bob).drops.get("ipv4: reassembly timeout")).toBe(1);
  });

  test("a broadcast reaches everybody on the wire, and the sender", () => {
    const { world, alice, bob } = twoHosts();
    const listener = function* (sys: Sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(fd, { address: "0.0.0.0", port: PORT });
      const { data, address } = yield* sys.recvfrom(fd, 100, 0);
      return [text(data), (address as InetAddress).address];
    };
    const sender = function* (sys: Sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.setsockopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
      yield* sys.sendto(fd, bytes("all"), 0, { address: "10.0.0.255", port: PORT });
    };
    const [heardByBob, heardByAlice] = run(world, [
      { kernel: bob, program: listener, name: "bob" },
      { kernel: alice, program: listener, name: "alice" },
      { kernel: alice, program: sender, name: "sender" },
    ]);
    expect(heardByBob).toEqual(["all", "10.0.0.1"]);
    expect(heardByAlice).toEqual(["all", "10.0.0.1"]);
  });

  test("no route: ENETUNREACH at once; an own address from outside: over loopback", () => {
    const { world, cable, alice } = twoHosts();
    const program = function* (sys: Sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      const nowhere = yield* attempt(sys.connect(fd, { address: "192.168.1.1", port: PORT }));
      yield* sys.connect(fd, { address: "10.0.0.1", port: PORT });
      yield* sys.write(fd, bytes("x"));
      const { address } = (yield* sys.getsockname(fd)) as InetAddress;
      return [nowhere, address, yield* attempt(sys.write(fd, bytes("x")))];
    };
    expect(run(world, [{ kernel: alice, program, name: "p" }])).toEqual([["ENETUNREACH", "10.0.0.1", "ECONNREFUSED"]]);
    expect(cable.frames).toEqual([]);
  });

  test("sources and destinations: what goes together (as in a network namespace of Linux with one wire)", () => {
    const { world, alice } = twoHosts();
    const program = function* (sys: Sys) {
      const make = function* (address?: string) {
        const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
        if (address === undefined) return fd;
        yield* sys.setsockopt(fd, SOL_IP, IP_FREEBIND, Number(address === "10.9.9.9"));
        yield* sys.bind(fd, { address, port: 0 });
        return fd;
      };
      const send = (fd: number, address: string) => attempt(sys.sendto(fd, bytes("x"), 0, { address, port: PORT }));
      const names = function* (fd: number, address: string) {
        yield* sys.connect(fd, { address, port: 9 });
        const ends = [yield* sys.getsockname(fd), yield* sys.getpeername(fd)] as InetAddress[];
        return ends.map((end) => end.address).join(" > ");
      };
      const again = function* (first: string, next: string[]) {
        const fd = yield* make();
        const outcomes: unknown[] = [];
        for (const address of [first, ...next]) outcomes.push(yield* attempt(names(fd, address)));
        return outcomes;
      };
      const plain = yield* make();
      const before = [yield* send(plain, "10.0.0.255"), yield* send(plain, "255.255.255.255")];
      yield* sys.setsockopt(plain, SOL_SOCKET, SO_BROADCAST, 1);
      return [
        before,
        [yield* send(plain, "10.0.0.255"), yield* send(plain, "255.255.255.255"), yield* send(plain, "224.0.0.9")],
        [yield* attempt(make("10.0.0.255")), yield* attempt(make("10.0.0.3"))].map(
          (fd) => typeof fd === "number" || fd,
        ),
        [yield* send(yield* make("127.0.0.1"), "10.0.0.2"), yield* send(yield* make("10.0.0.1"), "127.0.0.1")],
        yield* send(yield* make("10.9.9.9"), "10.0.0.2"),
        [
          yield* send(yield* make("10.0.0.1"), "255.255.255.255"),
          yield* send(yield* make("127.0.0.1"), "255.255.255.255"),
        ],
        yield* names(yield* make(), "0.0.0.0"),
        yield* names(yield* make(), "127.0.0.9"),
        yield* names(yield* make("10.0.0.1"), "0.0.0.0"),
        yield* again("127.0.0.9", ["10.0.0.2", "10.0.0.1"]),
        yield* again("10.0.0.2", ["127.0.0.1", "255.255.255.255", "10.0.0.1"]),
      ];
    };
    expect(run(world, [{ kernel: alice, program, name: "p" }])).toEqual([
      [
        ["EACCES", "ENETUNREACH"],
        [1, "ENETUNREACH", "ENETUNREACH"],
        [true, "EADDRNOTAVAIL"],
        ["EINVAL", 1],
        "ENETUNREACH",
        ["EACCES", "EACCES"],
        "127.0.0.1 > 127.0.0.1",
        "127.0.0.1 > 127.0.0.9",
        "10.0.0.1 > 10.0.0.1",
        ["127.0.0.1 > 127.0.0.9", "EINVAL", "127.0.0.1 > 10.0.0.1"],
        ["10.0.0.1 > 10.0.0.2", "10.0.0.1 > 127.0.0.1", "EACCES", "10.0.0.1 > 10.0.0.1"],
      ],
    ]);
  });

  test("the source that the first connect has chosen stays for the next (as in a network namespace of Linux with one wire)", () => {
    const { world, alice } = twoHosts();
    const program = function* (sys: Sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      const outcomes: unknown[] = [];
      for (const address of ["10.0.0.2", "127.0.0.1", "unspecified", "127.0.0.1", "10.0.0.2"]) {
        const to = address === "unspecified" ? { family: AF_UNSPEC } : { address, port: 9 };
        const outcome = yield* attempt(sys.connect(fd, to));
        outcomes.push(outcome ?? ((yield* sys.getsockname(fd)) as InetAddress).address);
      }
      return outcomes;
    };
    expect(run(world, [{ kernel: alice, program, name: "p" }])).toEqual([
      ["10.0.0.1", "10.0.0.1", "0.0.0.0", "127.0.0.1", "EINVAL"],
    ]);
  });

  test("who only asked for us isn't known to hear us: five seconds after it is used, it is asked directly", () => {
    const { world, cable, alice, bob } = twoHosts();
    const slow = function* (sys: Sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      for (const seconds of [10, 40, 10]) {
        yield* sys.sendto(fd, bytes("x"), 0, { address: "10.0.0.2", port: PORT });
        yield* sys.recv(fd, 100, 0);
        yield* sys.nanosleep({ tv_sec: seconds, tv_nsec: 0 });
      }
    };
    const times: number[] = [];
    cable.lose = () => {
      times.push(Math.round(world.clock.now() / SECOND));
      return false;
    };
    run(world, [
      { kernel: bob, program: echo(3), name: "echo" },
      { kernel: alice, program: slow, name: "slow" },
    ]);
    const seen = cable.frames.map((frame, i) => `${times[i]} s: ${frame[5]} ${describeFrame(frame)}`);
    expect(seen.filter((line) => line.includes("ARP"))).toEqual([
      "0 s: 255 ARP who-has 10.0.0.2 tell 10.0.0.1",
      "0 s: 1 ARP 10.0.0.2 is-at 02:00:00:00:00:02",
      "5 s: 1 ARP who-has 10.0.0.1 tell 10.0.0.2",
      "5 s: 2 ARP 10.0.0.1 is-at 02:00:00:00:00:01",
      "55 s: 2 ARP who-has 10.0.0.2 tell 10.0.0.1",
      "55 s: 1 ARP 10.0.0.2 is-at 02:00:00:00:00:02",
      "55 s: 1 ARP who-has 10.0.0.1 tell 10.0.0.2",
      "55 s: 2 ARP 10.0.0.1 is-at 02:00:00:00:00:01",
    ]);
  });
});
