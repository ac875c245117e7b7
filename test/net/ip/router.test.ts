/** A router between two hosts: what it passes on, what it drops, what it reports. */
import { describe, expect, test } from "vitest";
import { networkOf } from "../../../lib/net/network";
import { AF_INET, bytes, SOCK_DGRAM, SOL_IP, type Sys, text } from "../../../lib/sys";
import { asker, echo, PORT, run } from "../support/asking";
import { routedHosts } from "../support/cable";
import { describeFrame } from "../support/describe-frame";

const IP_TTL = 2;
const IP_MTU_DISCOVER = 10;

describe("a router between", () => {
  test("passes on what isn't for it, with one hop less to live", () => {
    const { world, near, far, alice, bob } = routedHosts();
    const [, answers] = run(world, [
      { kernel: bob, program: echo(1), name: "echo" },
      { kernel: alice, program: asker("10.2.0.1", [100]), name: "asker" },
    ]);
    expect(answers).toEqual(["got 100"]);
    expect(describeFrame(near.frames[2])).toBe("UDP 10.1.0.1:1000 > 10.2.0.1:7 ttl 64 DF length 128");
    expect(describeFrame(far.frames[2])).toBe("UDP 10.1.0.1:1000 > 10.2.0.1:7 ttl 63 DF length 128");
  });

  test("drops it when it isn't one, and says nothing", () => {
    const { world, near, far, alice, router } = routedHosts();
    networkOf(router).forwarding = false;
    run(world, [{ kernel: alice, program: asker("10.2.0.1", [100]), name: "asker" }]);
    expect(far.frames).toEqual([]);
    expect(near.frames.map(describeFrame).filter((frame) => frame.startsWith("ICMP"))).toEqual([]);
    expect(networkOf(router).drops.get("ipv4: forwarding is off")).toBe(1);
  });

  test("reports what has lived too long", () => {
    const { world, near, alice } = routedHosts();
    const program = function* (sys: Sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.setsockopt(fd, SOL_IP, IP_TTL, 1);
      yield* sys.sendto(fd, bytes("x"), 0, { address: "10.2.0.1", port: PORT });
    };
    run(world, [{ kernel: alice, program, name: "p" }]);
    expect(near.frames.map(describeFrame)[3]).toBe("ICMP 10.1.0.254 > 10.1.0.1 type 11 code 0 ttl 64 length 57");
  });

  test("reports a network that it doesn't know", () => {
    const { world, near, alice } = routedHosts();
    run(world, [{ kernel: alice, program: asker("10.9.0.1", [5]), name: "asker" }]);
    expect(near.frames.map(describeFrame)[3]).toBe("ICMP 10.1.0.254 > 10.1.0.1 type 3 code 0 ttl 64 length 61");
  });

  test("cuts what is too large for the next wire, unless that is forbidden: then the sender learns the path's MTU", () => {
    const { world, near, far, alice, bob } = routedHosts({ near: 1500, far: 600 });
    const [, answers] = run(world, [
      { kernel: bob, program: echo(2), name: "echo" },
      { kernel: alice, program: asker("10.2.0.1", [1000, 1000]), name: "asker" },
    ]);
    // The first left with "don't fragment"; the report is an error for a connected socket, and the second is cut by alice herself.
    expect(answers).toEqual([[1000, "EMSGSIZE"], "got 1000"]);
    expect(near.frames.map(describeFrame).slice(2, 6)).toEqual([
      "UDP 10.1.0.1:1000 > 10.2.0.1:7 ttl 64 DF length 1028",
      "ICMP 10.1.0.254 > 10.1.0.1 type 3 code 4 ttl 64 length 576",
      "UDP 10.1.0.1:1000 > 10.2.0.1:7 ttl 64 MF length 596",
      "IP 10.1.0.1 > 10.2.0.1 offset 576 ttl 64 length 452",
    ]);
    expect(far.frames.map(describeFrame).slice(2, 4)).toEqual([
      "UDP 10.1.0.1:1000 > 10.2.0.1:7 ttl 63 MF length 596",
      "IP 10.1.0.1 > 10.2.0.1 offset 576 ttl 63 length 452",
    ]);
  });

  test("cuts what may be cut", () => {
    const { world, far, alice, bob } = routedHosts({ near: 1500, far: 600 });
    const program = function* (sys: Sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, 0);
      yield* sys.sendto(fd, new Uint8Array(1000), 0, { address: "10.2.0.1", port: PORT });
      return text(yield* sys.recv(fd, 100, 0));
    };
    const [, answer] = run(world, [
      { kernel: bob, program: echo(1), name: "echo" },
      { kernel: alice, program, name: "p" },
    ]);
    expect(answer).toBe("got 1000");
    expect(far.frames.filter((frame) => describeFrame(frame).includes("length 596")).length).toBe(1);
  });
});
