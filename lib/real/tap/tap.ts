/**
 * A TAP device: a network card of the real kernel whose wire ends in this process.
 *
 *     real TCP ── tap "fd3" 10.9.0.1 ──[ this file ]── Outside ═══ wire ═══ eth0 10.9.0.2 ── the model's TCP
 *
 * What the real kernel sends through the card is read here as a frame; a frame that is written here has come in on its wire. The
 * card is gone when it is closed, or with this process.
 *
 * Needs Linux and the right to configure its network (CAP_NET_ADMIN: root, or a namespace of one's own, `unshare -rn`).
 *
 * Source: Documentation/networking/tuntap.rst, netdevice(7), ip-address(8).
 */
import { spawnSync } from "node:child_process";
import { inAnotherThread, libc } from "../linux/agent/libc";
import { unavailable as noSystemCalls } from "../linux/unavailable";

/** How the card is called, and which address the real kernel has on it. */
export interface TapOptions {
  /** The card's name, at most 15 characters. Default "fd3". */
  readonly name?: string;
  /** The real kernel's address on it: "10.9.0.1/24". */
  readonly address: string;
}

const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const TUNSETIFF = 0x400454ca;
const IFF_TAP = 2;
/** No header in front of each frame. */
const IFF_NO_PI = 0x1000;
const POLLIN = 1;
/** How long one look for frames may sleep, in ms: how long closing may take. */
const PATIENCE = 50;
const LONGEST_FRAME = 65_550;

/** A card of the real kernel whose frames come and go here. */
export class Tap {
  private readonly buffer = Buffer.alloc(LONGEST_FRAME);
  private closed = false;
  /** The loop that looks for frames; it ends after `close`. */
  private looking: Promise<void> = Promise.resolve();

  private constructor(
    readonly name: string,
    private readonly fd: number,
  ) {}

  /** Makes the card and brings it up. Throws an Error that says what is missing. */
  static open({ name = "fd3", address }: TapOptions): Tap {
    const reason = noSystemCalls();
    if (reason !== null) throw new Error(reason);
    const fd = libc.open("/dev/net/tun", O_RDWR | O_NONBLOCK, 0);
    if (fd === -1)
      throw new Error("the device /dev/net/tun can't be opened: it needs root, and the kernel's module tun");
    const request = Buffer.alloc(40);
    request.write(name.slice(0, 15), "latin1");
    request.writeInt16LE(IFF_TAP | IFF_NO_PI, 16);
    try {
      if (libc.ioctl(fd, TUNSETIFF, request) === -1) {
        throw new Error(`no TAP device "${name}": it needs root (CAP_NET_ADMIN), and a name that is free`);
      }
      ip("address", "add", address, "dev", name);
      ip("link", "set", name, "up");
    } catch (error) {
      libc.close(fd);
      throw error;
    }
    return new Tap(name, fd);
  }

  /** From now on `arrived` gets each frame that the real kernel sends, in order. Its bytes are the receiver's to keep. */
  listen(arrived: (frame: Uint8Array) => void): void {
    this.looking = this.look(arrived);
  }

  /** A frame comes in at the real card. What it can't take (its queue is full, it was taken down) is lost, as on a wire. */
  send(frame: Uint8Array): void {
    if (!this.closed) libc.write(this.fd, frame, frame.length);
  }

  /** The card is removed. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.looking;
    libc.close(this.fd);
  }

  private async look(arrived: (frame: Uint8Array) => void): Promise<void> {
    const pollfd = Buffer.alloc(8);
    pollfd.writeInt32LE(this.fd, 0);
    pollfd.writeInt16LE(POLLIN, 4);
    while (!this.closed) {
      await inAnotherThread(libc.poll, pollfd, 1, PATIENCE);
      for (;;) {
        if (this.closed) return;
        const length = libc.read(this.fd, this.buffer, this.buffer.length);
        if (length <= 0) break;
        arrived(Uint8Array.prototype.slice.call(this.buffer, 0, length));
      }
    }
  }
}

function ip(...args: string[]): void {
  const { error, status, stderr } = spawnSync("ip", args, { encoding: "utf8" });
  if (error !== undefined) throw new Error("the command ip is missing (Debian and Ubuntu: apt-get install iproute2)");
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr.trim()}`);
}
