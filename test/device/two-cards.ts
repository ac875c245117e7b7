/** Two machines with nothing but a card, its driver, and a stack that keeps what it gets; and what joins them. */
import type { DeviceEvent } from "../../lib/device/events";
import type { DriverMaker } from "../../lib/device/guarded-driver";
import { Link, type LinkOptions } from "../../lib/device/link";
import { Medium } from "../../lib/device/medium";
import { Nic, type NicOptions } from "../../lib/device/nic";
import { NicDriver } from "../../lib/device/nic-driver";
import type { KernelEvent } from "../../lib/kernel/events";
import type { MacAddress } from "../../lib/net/addresses";
import type { DeviceStack, NetDevice } from "../../lib/net/interface/net-device";
import { Packet } from "../../lib/net/packet/packet";
import { EventQueue } from "../../lib/world/event-queue";
import { Random } from "../../lib/world/random";

/** A stack that polls right after the interrupt, keeps what it gets, and sends again when it may. */
export class FakeStack implements DeviceStack {
  readonly received: Packet[] = [];
  readonly waiting: Packet[] = [];
  polls = 0;
  /** Virtual time between an interrupt and the poll. */
  constructor(
    private readonly clock: EventQueue,
    public delay = 0,
    private readonly budget = 64,
  ) {}

  receive(_device: NetDevice, packet: Packet): void {
    this.received.push(packet);
  }

  schedulePoll(device: NetDevice): void {
    this.clock.at(this.clock.now() + this.delay, () => {
      this.polls++;
      if (device.poll(this.budget) >= this.budget) this.schedulePoll(device);
    });
  }

  transmitReady(device: NetDevice): void {
    while (this.waiting.length > 0 && device.transmit(this.waiting[0])) this.waiting.shift();
  }

  send(device: NetDevice, packet: Packet): void {
    if (this.waiting.length > 0 || !device.transmit(packet)) this.waiting.push(packet);
  }
}

export interface Machine {
  readonly nic: Nic;
  readonly driver: NetDevice;
  readonly stack: FakeStack;
}

const ours: DriverMaker = (card, device, mtu) => new NicDriver(device, card, mtu);

export class Bench {
  readonly clock = new EventQueue();
  readonly events: (KernelEvent | DeviceEvent)[] = [];
  readonly medium: Medium;
  private macs = 0x0200_0000_0001;

  constructor(seed = 1, traced = true) {
    const trace = { emit: (event: KernelEvent | DeviceEvent) => void this.events.push(event) };
    this.medium = new Medium(this.clock, new Random(seed), traced ? trace : null);
  }

  machine(host: string, options: Partial<NicOptions> = {}, mtu = 1500, make: DriverMaker = ours): Machine {
    const nic = new Nic(this.medium, { host, device: "eth0", mac: this.macs++ as MacAddress, ...options });
    const driver = make(nic, "eth0", mtu);
    const stack = new FakeStack(this.clock);
    driver.open(stack);
    return { nic, driver, stack };
  }

  link(a: Machine, b: Machine, options?: LinkOptions): Link {
    return new Link(this.medium, a.nic, b.nic, options);
  }

  run(): void {
    while (this.clock.step());
  }

  of<Type extends DeviceEvent["type"]>(type: Type): Extract<DeviceEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<DeviceEvent, { type: Type }> => event.type === type);
  }
}

/** A frame with a number in it, as long as asked; headers in the head part, the rest too. */
export function numbered(from: Machine, to: Machine | MacAddress, number: number, payload = 46): Packet {
  const packet = Packet.allocate(14 + payload);
  const { view, start } = packet;
  const destination = typeof to === "number" ? to : to.nic.mac;
  writeMac(view, start, destination);
  writeMac(view, start + 6, from.nic.mac);
  view.setUint16(start + 12, 0x88b5);
  for (let i = 0; i < payload; i++) view.setUint8(start + 14 + i, i & 255);
  view.setUint32(start + 14, number);
  packet.end = start + 14 + payload;
  return packet;
}

export function numbersOf(packets: readonly Packet[]): number[] {
  return packets.map((packet) => packet.view.getUint32(packet.start + 14));
}

function writeMac(view: DataView, at: number, mac: MacAddress): void {
  view.setUint16(at, Math.floor(mac / 0x1_0000_0000));
  view.setUint32(at + 2, mac % 0x1_0000_0000);
}
