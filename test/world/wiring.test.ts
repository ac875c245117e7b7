/** Machines with cards, joined by wires and a switch: real programs, real frames, and Wireshark finds nothing wrong. */
import { describe, expect, it } from "vitest";
import { AF_INET, bytes, type InetAddress, SOCK_DGRAM, type Sys, text } from "../../lib/sys";
import { capture } from "../../lib/trace/capture";
import { pcap } from "../../lib/trace/pcap";
import { Recorder } from "../../lib/trace/recorder";
import { tcpdump } from "../../lib/trace/tcpdump";
import { MILLISECOND } from "../../lib/world/clock";
import { World } from "../../lib/world/world";
import { faulty, tshark, withoutTshark } from "../support/tshark";

function* echo(sys: Sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* sys.bind(fd, { address: "0.0.0.0", port: 7 });
  const { data, address } = yield* sys.recvfrom(fd, 2000, 0);
  yield* sys.sendto(fd, data, 0, address as InetAddress);
  yield* sys.close(fd);
}

const ask = (server: string, message: string) =>
  function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.connect(fd, { address: server, port: 7 });
    yield* sys.write(fd, bytes(message));
    const answer = text(yield* sys.read(fd, 2000));
    yield* sys.close(fd);
    return answer;
  };

function room(offload = false) {
  const recorder = new Recorder();
  const world = new World({ trace: recorder });
  const alice = world.host("alice", { address: "10.0.0.1/24", card: { checksumOffload: offload } });
  const bob = world.host("bob", { address: "10.0.0.2/24" });
  return { recorder, world, alice, bob };
}

describe("two machines on a wire", () => {
  it("talk, and a capture of either side shows it as tcpdump does", () => {
    const { recorder, world, alice, bob } = room();
    const link = world.link(alice, bob, { latency: MILLISECOND, bandwidth: Number.POSITIVE_INFINITY });
    bob.spawn(echo, "server");
    const client = alice.spawn(ask("10.0.0.2", "hello"), "client");
    world.run();
    expect(client.result).toBe("hello");
    const lines = tcpdump(recorder.events, { host: "alice", device: "eth0" })
      .split("\n")
      .slice(0, 4)
      .map((line) => line.replace(/^\S+ /, "").replace(/10\.0\.0\.1\.\d+/, "10.0.0.1.PORT"));
    expect(lines).toEqual([
      "ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28",
      // From the wire, where the card has filled it up to 60 bytes.
      "ARP, Reply 10.0.0.2 is-at 02:00:00:00:00:02, length 46",
      "IP 10.0.0.1.PORT > 10.0.0.2.7: UDP, length 5",
      "IP 10.0.0.2.7 > 10.0.0.1.PORT: UDP, length 5",
    ]);
    const onTheWire = capture(recorder.events, { link: link.name }).slice(0, 4);
    expect(onTheWire.map((frame) => frame.bytes.length)).toEqual([60, 60, 60, 60]);
  });

  const missing = withoutTshark("Wireshark's judgement of the frames");

  it.skipIf(missing)("and Wireshark finds every frame well-formed, every checksum right", () => {
    for (const offload of [false, true]) {
      const { recorder, world, alice, bob } = room(offload);
      world.link(alice, bob);
      bob.spawn(echo, "server");
      const client = alice.spawn(ask("10.0.0.2", "x".repeat(1400)), "client");
      world.run();
      expect(client.result).toHaveLength(1400);
      const file = pcap(recorder.events, { host: "alice", device: "eth0" });
      expect(faulty(file)).toEqual([]);
      expect(tshark(file, "-Y", "udp.checksum.status == 1")).toHaveLength(2);
    }
  });
});

describe("a switch", () => {
  it("joins many", () => {
    const { world, alice, bob } = room();
    const carol = world.host("carol", { address: "10.0.0.3/24" });
    const office = world.switch("office");
    for (const host of [alice, bob, carol]) world.link(host, office);
    bob.spawn(echo, "server");
    carol.spawn(echo, "server");
    const first = alice.spawn(ask("10.0.0.2", "to bob"), "first");
    const second = alice.spawn(ask("10.0.0.3", "to carol"), "second");
    world.run();
    expect([first.result, second.result]).toEqual(["to bob", "to carol"]);
  });
});

describe("cards", () => {
  it("are eth0, eth1 and so on, each with an address of its own; a wire takes the first that has none", () => {
    const { world, alice, bob } = room();
    const second = world.card(alice, { address: "10.0.1.1/24" });
    expect(world.link(alice, bob).name).toBe("alice eth0 - bob eth0");
    expect(world.link(second, world.host("carol")).name).toBe("alice eth1 - carol eth0");
    expect(() => world.link(second, bob)).toThrow("alice eth1 has a wire already");
  });

  it("can have a driver that isn't ours", () => {
    const recorder = new Recorder();
    const world = new World({ trace: recorder });
    const seen: string[] = [];
    world.host("alice", {
      address: "10.0.0.1/24",
      card: {
        driver: (card, name, mtu) => ({
          ...{ name, mtu, mac: card.mac, loopback: false, checksumOffload: false },
          open: () => card.start(() => seen.push("interrupt")),
          close: () => card.stop(),
          transmit: (packet) => {
            seen.push("transmit");
            packet.free();
            return true;
          },
          poll: () => 0,
        }),
      },
    });
    const client = world.hosts.get("alice")?.spawn(ask("10.0.0.2", "hello"), "client");
    world.run(MILLISECOND);
    expect(seen).toEqual(["transmit"]);
    expect(client?.status).toBe(null);
  });
});
