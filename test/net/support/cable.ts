/**
 * Machines on a wire, for tests of the stack without cards: each frame arrives some time later at everybody else on the wire.
 * Every frame is kept as bytes, so a test can read what was said.
 */
import type { ModelKernel } from "../../../lib/kernel";
import { Fifo } from "../../../lib/kernel/fifo";
import { type MacAddress, macAddress } from "../../../lib/net/addresses";
import type { DeviceStack, NetDevice } from "../../../lib/net/interface/net-device";
import { networkOf } from "../../../lib/net/network";
import { Packet } from "../../../lib/net/packet/packet";
import { World } from "../../../lib/world";
import { MILLISECOND } from "../../../lib/world/clock";

export class Cable {
  readonly ends: CableDevice[] = [];
  /** Every frame that was sent, in order. */
  readonly frames: Uint8Array[] = [];
  /** Set to lose frames: called with each. */
  lose: (frame: Uint8Array, index: number) => boolean = () => false;

  constructor(readonly world: World) {}

  send(from: CableDevice, frame: Uint8Array): void {
    this.frames.push(frame);
    if (this.lose(frame, this.frames.length - 1)) return;
    const arrival = this.world.clock.now() + MILLISECOND;
    this.world.clock.at(arrival, () => {
      for (const end of this.ends) if (end !== from) end.arrive(frame);
    });
  }
}

export class CableDevice implements NetDevice {
  readonly loopback = false;
  readonly checksumOffload = false;
  private stack: DeviceStack | null = null;
  private readonly received = new Fifo<Uint8Array>();

  constructor(
    private readonly cable: Cable,
    readonly name: string,
    readonly mac: MacAddress,
    readonly mtu: number,
  ) {
    cable.ends.push(this);
  }

  open(stack: DeviceStack): void {
    this.stack = stack;
  }

  close(): void {
    this.stack = null;
  }

  transmit(packet: Packet): boolean {
    this.cable.send(this, packet.bytes());
    packet.free();
    return true;
  }

  arrive(frame: Uint8Array): void {
    this.received.add(frame);
    this.stack?.schedulePoll(this);
  }

  poll(budget: number): number {
    let done = 0;
    for (; done < budget; done++) {
      const frame = this.received.take();
      if (frame === undefined) break;
      const packet = Packet.allocate(frame.length);
      packet.put(frame);
      this.stack?.receive(this, packet);
    }
    return done;
  }
}

let nextMac = 0;

/** Plugs a host into a cable. */
export function plug(host: ModelKernel, cable: Cable, address: string, mtu = 1500): CableDevice {
  const network = networkOf(host);
  nextMac = (nextMac % 250) + 1;
  const mac = macAddress(`02:00:00:00:00:${nextMac.toString(16).padStart(2, "0")}`);
  const device = new CableDevice(cable, `eth${network.devices.size - 1}`, mac, mtu);
  network.addDevice(device);
  network.addAddress(device, address);
  return device;
}

/** alice (10.0.0.1) and bob (10.0.0.2) on one cable. */
export function twoHosts(mtu = 1500) {
  nextMac = 0;
  const world = new World({ seed: 1 });
  const cable = new Cable(world);
  const alice = world.host("alice");
  const bob = world.host("bob");
  plug(alice, cable, "10.0.0.1/24", mtu);
  plug(bob, cable, "10.0.0.2/24", mtu);
  return { world, cable, alice, bob };
}

/** alice – router – bob: 10.1.0.0/24 and 10.2.0.0/24, with these MTUs. */
export function routedHosts(mtus: { near: number; far: number } = { near: 1500, far: 1500 }) {
  nextMac = 0;
  const world = new World({ seed: 1 });
  const near = new Cable(world);
  const far = new Cable(world);
  const [alice, router, bob] = ["alice", "router", "bob"].map((name) => world.host(name));
  plug(alice, near, "10.1.0.1/24", mtus.near);
  plug(router, near, "10.1.0.254/24", mtus.near);
  plug(router, far, "10.2.0.254/24", mtus.far);
  plug(bob, far, "10.2.0.1/24", mtus.far);
  networkOf(alice).routing.addRoute("0.0.0.0/0", { via: "10.1.0.254" });
  networkOf(bob).routing.addRoute("0.0.0.0/0", { via: "10.2.0.254" });
  networkOf(router).forwarding = true;
  return { world, near, far, alice, router, bob };
}
