/**
 * What the stack asks of a network device, and what it offers to one. Cards, loopback and TAP are devices; lib/device has them.
 *
 * Four verbs: open, close, transmit, poll. A device that has received something doesn't push it up the stack: it says so once
 * (`schedulePoll`, from its interrupt handler), and the stack polls it for as many packets as fit the budget. Under load one
 * interrupt then brings many packets.
 *
 * A packet that goes down has its Ethernet header on; one that comes up has it still on, from `start`.
 *
 * Source: struct net_device and net_device_ops in include/linux/netdevice.h; Documentation/networking/napi.rst; microps.
 */
import type { MacAddress } from "../addresses";
import type { Packet } from "../packet/packet";

/** A network device, as the stack uses it: what a driver implements. */
export interface NetDevice {
  /** "lo", "eth0". */
  readonly name: string;
  /** Its hardware address; zero for loopback. */
  readonly mac: MacAddress;
  /** The largest IP packet it takes, in bytes, Ethernet header not counted. */
  readonly mtu: number;
  /** Does what goes out come in here? */
  readonly loopback: boolean;
  /** Fills in the checksum of packets whose checksum is "partial" (NETIF_F_HW_CSUM). Where it doesn't, the stack does before `transmit`. */
  readonly checksumOffload: boolean;
  /**
   * Takes packets that stand for several segments (NETIF_F_TSO). Where it doesn't, the stack cuts them before `transmit`
   * (ethernet/gso.ts).
   */
  readonly segmentationOffload?: boolean;

  /** Goes up; from now on it may use `stack`. */
  open(stack: DeviceStack): void;
  /** Goes down: no frame comes or goes any more, and what waits in it is freed. */
  close(): void;
  /**
   * Takes a packet to send. False when it has no room (NETDEV_TX_BUSY): then the packet stays in the stack's queue until the
   * device calls `transmitReady`. Once it has taken one it ends with `packet.free()`, when its bytes have left.
   * `more`: another one follows at once, so there is no hurry to tell the card (netdev_xmit_more).
   */
  transmit(packet: Packet, more?: boolean): boolean;
  /**
   * Hands up at most `budget` received packets with `stack.receive`, and returns how many. Fewer than the budget means that
   * there is no more for now and interrupts are on again.
   */
  poll(budget: number): number;
}

/** What the stack offers to a device. */
export interface DeviceStack {
  /** A packet for the stack, Ethernet header first; to be called from `poll` only (netif_receive_skb). */
  receive(device: NetDevice, packet: Packet): void;
  /** "I have something": the device will be polled soon (napi_schedule). */
  schedulePoll(device: NetDevice): void;
  /** There is room to transmit again (netif_wake_queue). */
  transmitReady(device: NetDevice): void;
}
