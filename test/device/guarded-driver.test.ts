/** Drivers that take the place of ours: they carry real traffic, and when they are wrong the card is reset and ours takes over. */
import { describe, expect, test } from "vitest";
import { patience } from "../../lib/course/world";
import type { DriverMaker } from "../../lib/device/guarded-driver";
import { NicDriver } from "../../lib/device/nic-driver";
import type { NicRegisters } from "../../lib/device/nic-registers";
import { leaks } from "../../lib/kernel";
import type { DeviceStack, NetDevice } from "../../lib/net/interface/net-device";
import type { Page } from "../../lib/net/packet/page";
import { AF_INET, SIOCOUTQ, SO_BROADCAST, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, type Sys } from "../../lib/sys";
import { Recorder } from "../../lib/trace/recorder";
import { World } from "../../lib/world";
import { SECOND } from "../../lib/world/clock";

const SIZE = 100_000;
const port = 80;

/** bob, with this driver, sends alice a stream. */
function talk(nicDriver: DriverMaker) {
  const recorder = new Recorder();
  const world = new World({ seed: 1, trace: recorder });
  const alice = world.host("alice", { address: "10.0.0.1/24" });
  const bob = world.host("bob", {
    address: "10.0.0.2/24",
    modules: { nicDriver },
    card: { ringSize: 16 },
    patience: patience(500),
  });
  world.link(alice, bob);
  bob.spawn(function* (sys: Sys) {
    const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.bind(listener, { address: "0.0.0.0", port });
    yield* sys.listen(listener, 1);
    const fd = yield* sys.accept(listener);
    yield* sys.write(fd, new Uint8Array(SIZE));
    yield* sys.close(fd);
  }, "server");
  const client = alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address: "10.0.0.2", port });
    let read = 0;
    for (let bytes = yield* sys.read(fd, 9000); bytes.length > 0; bytes = yield* sys.read(fd, 9000))
      read += bytes.length;
    return read;
  }, "client");
  world.run(100 * SECOND);
  if (client.error !== undefined) throw client.error;
  const told = recorder.events.filter((event) => event.type === "module.fault").length;
  return { read: client.result, faults: bob.faults, told, left: leaks(bob) };
}

const ours: DriverMaker = (card, device, mtu) => new NicDriver(device, card, mtu);

test("a driver that is right carries real traffic, and there is nothing to complain of", () => {
  expect(talk(ours)).toEqual({ read: SIZE, faults: [], told: 0, left: [] });
});

/** Ours, with something changed: of itself, of the card that it sees, or of the stack. */
function but(change: (driver: NetDevice, card: NicRegisters) => void): DriverMaker {
  return (card, device, mtu) => {
    const seen: NicRegisters = Object.create(card);
    for (const register of ["start", "stop", "setRxTail", "setTxTail", "maskInterrupts", "unmaskInterrupts"] as const)
      Object.defineProperty(seen, register, { value: card[register].bind(card), writable: true });
    const driver = new NicDriver(device, seen, mtu);
    change(driver, seen);
    return driver;
  };
}

function forEver(): never {
  for (;;);
}

function fails(): never {
  throw new TypeError("undefined is not a descriptor");
}

const wrong: Record<string, [DriverMaker, string]> = {
  "can't be made": [fails, "making it threw undefined is not a descriptor"],
  "is no object": [() => undefined as unknown as NetDevice, "making it returned undefined; expected a device"],
  "throws when opened": [but((driver) => Object.assign(driver, { open: fails })), "open() threw"],
  "throws when it transmits": [but((driver) => Object.assign(driver, { transmit: fails })), "transmit() threw"],
  "doesn't say whether it took a packet": [
    but((driver) => Object.assign(driver, { transmit: () => undefined })),
    "transmit() returned undefined; expected true or false",
  ],
  "throws when polled": [but((driver) => Object.assign(driver, { poll: fails })), "poll(64) threw"],
  "never returns when it is made": [forEver, "making it threw nothing: it never returned"],
  "never returns when it transmits": [
    but((driver) => Object.assign(driver, { transmit: forEver })),
    "transmit() threw nothing: it never returned",
  ],
  "never returns when it is polled": [
    but((driver) => Object.assign(driver, { poll: forEver })),
    "poll(64) threw nothing: it never returned",
  ],
  "asks to be polled for ever": [
    but((driver) => {
      const open = driver.open.bind(driver);
      driver.open = (stack: DeviceStack) =>
        open({
          ...stack,
          schedulePoll: (device) => {
            for (;;) stack.schedulePoll(device);
          },
        });
    }),
    "the interrupt handler threw nothing: it never returned",
  ],
  "rings the doorbell for ever": [
    but((_, card) => {
      const { setTxTail } = card;
      card.setTxTail = (index) => {
        for (;;) setTxTail(index);
      };
    }),
    "transmit() threw nothing: it never returned",
  ],
  "counts wrongly": [
    but((driver) => {
      const poll = driver.poll.bind(driver);
      driver.poll = (budget) => poll(budget) + 1;
    }),
    "expected",
  ],
  "counts in NaN": [but((driver) => Object.assign(driver, { poll: () => Number.NaN })), "poll(64) returned NaN"],
  "never unmasks interrupts": [
    but((_, card) => {
      let first = true;
      const unmask = card.unmaskInterrupts;
      card.unmaskInterrupts = () => {
        if (first) unmask();
        first = false;
      };
    }),
    "expected interrupts unmasked",
  ],
  "doesn't ask to be polled": [
    but((driver) => {
      const open = driver.open.bind(driver);
      driver.open = (stack: DeviceStack) =>
        open({ receive: stack.receive, transmitReady: stack.transmitReady, schedulePoll: () => {} });
    }),
    "the interrupt handler returned undefined; expected a call of schedulePoll",
  ],
  "has an interrupt handler that throws": [
    but((_, card) => {
      const { start } = card;
      card.start = () => start(fails);
    }),
    "the interrupt handler threw",
  ],
  "has no interrupt handler": [
    but((_, card) => {
      const { start } = card;
      card.start = () => start(undefined as never);
    }),
    "start() without an interrupt handler",
  ],
  "rings the doorbell for a descriptor that there isn't": [
    but((_, card) => {
      const { setTxTail } = card;
      card.setTxTail = (index) => setTxTail(index + 16);
    }),
    "expected an index from 0 to 15",
  ],
  "gives the card a buffer outside of memory": [
    but((_, card) => {
      const { setRxTail } = card;
      card.setRxTail = (index) => {
        card.rxRing[3].offset = 1e9;
        setRxTail(index);
      };
    }),
    "descriptor 3 has no buffer",
  ],
  "gives the card no buffer at all": [
    but((_, card) => {
      const { setRxTail } = card;
      card.setRxTail = (index) => {
        card.rxRing[0].page = undefined as unknown as Page;
        setRxTail(index);
      };
    }),
    "descriptor 0 has no buffer",
  ],
  "transmits what isn't there": [
    but((_, card) => {
      const { setTxTail } = card;
      card.setTxTail = (index) => {
        for (const descriptor of card.txRing) descriptor.length = Number.NaN;
        setTxTail(index);
      };
    }),
    "has no bytes",
  ],
  "leaves a frame without an end": [
    but((_, card) => {
      const { setTxTail } = card;
      card.setTxTail = (index) => {
        for (const descriptor of card.txRing) descriptor.endOfFrame = false;
        setTxTail(index);
      };
    }),
    "the last frame has no end",
  ],
  "hands up what is no packet": [
    but((driver) => {
      const open = driver.open.bind(driver);
      driver.open = (stack: DeviceStack) =>
        open({ ...stack, receive: (device) => stack.receive(device, { end: 0 } as never) });
    }),
    "expected a Packet",
  ],
  "hands up packets without end": [
    but((driver) => {
      const open = driver.open.bind(driver);
      driver.open = (stack: DeviceStack) =>
        open({
          ...stack,
          receive: (device, packet) => {
            for (;;) stack.receive(device, packet);
          },
        });
    }),
    "receive()",
  ],
  "hands up packets in its interrupt handler": [
    but((driver, card) => {
      const { start } = card;
      card.start = (interrupt) =>
        start((causes) => {
          interrupt(causes);
          driver.poll(64);
        });
    }),
    "outside of poll",
  ],
};

describe("a driver that is wrong is named, the card is reset, and ours takes over", () => {
  test.each(Object.keys(wrong))("one that %s", (how) => {
    const [make, words] = wrong[how];
    const { read, faults, told, left } = talk(make);
    expect([read, left]).toEqual([SIZE, []]);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^nicDriver: /);
    expect(faults[0]).toContain(words);
    expect(told).toBe(1);
  });
});

test("packets that a wrong driver has swallowed are freed: their socket has room again", () => {
  const world = new World({ seed: 1 });
  let taken = 0;
  const nicDriver = but((driver) => {
    driver.transmit = () => {
      taken++;
      return taken <= 3 ? true : fails();
    };
  });
  const alice = world.host("alice", { address: "10.0.0.1/24", modules: { nicDriver } });
  world.link(alice, world.host("bob", { address: "10.0.0.2/24" }));
  const sender = alice.spawn(function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
    for (let i = 0; i < 3; i++) yield* sys.sendto(fd, new Uint8Array(1000), 0, { address: "10.0.0.255", port: 7 });
    const held = yield* sys.ioctl(fd, SIOCOUTQ);
    yield* sys.sendto(fd, new Uint8Array(1000), 0, { address: "10.0.0.255", port: 7 });
    yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
    return [held > 3000, yield* sys.ioctl(fd, SIOCOUTQ)];
  }, "sender");
  world.run();
  if (sender.error !== undefined) throw sender.error;
  expect(sender.result).toEqual([true, 0]);
  expect(alice.faults).toHaveLength(1);
});
