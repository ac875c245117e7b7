/**
 * Character devices: a descriptor for something that is no file at all.
 *
 * `null` swallows what is written and is always at its end; `zero` gives zeros for ever; `tty` is the console: descriptors 0,
 * 1 and 2 of every first process. What the console shows is kept by the kernel for whoever watches the machine.
 *
 * **Not modelled:** line editing, terminals as controlling terminals, any other device. The real
 * machine shows its terminal's with `stty -a`, and its devices in /proc/devices.
 *
 * Source: null(4), tty(4).
 */
import { S_IFCHR, type Stat } from "../sys/stat";

const EMPTY = new Uint8Array(0);

type DeviceName = "null" | "zero" | "tty";

/** The machine's screen and keyboard. */
export interface Console {
  /** What was typed and not read yet. */
  input: Uint8Array;
  output(bytes: Uint8Array): void;
}

export class CharacterDevice {
  readonly kind = "device";

  constructor(
    readonly name: DeviceName,
    private readonly console: Console,
    private readonly inode: number,
  ) {}

  read(size: number, into: Uint8Array | null): Uint8Array {
    if (this.name === "zero") {
      if (into === null) return new Uint8Array(size);
      return into.fill(0);
    }
    if (this.name === "null") return EMPTY;
    const taken = this.console.input.slice(0, size);
    this.console.input = this.console.input.subarray(taken.length);
    if (into === null) return taken;
    into.set(taken);
    return into.subarray(0, taken.length);
  }

  write(bytes: Uint8Array): number {
    if (this.name === "tty") this.console.output(bytes);
    return bytes.length;
  }

  stat(): Stat {
    return { ino: this.inode, mode: S_IFCHR | 0o666, nlink: 1, size: 0 };
  }
}

/** A device's name in the directory /dev. */
export class DeviceNode {
  readonly kind = "device-name";
  readonly name: string;

  constructor(
    readonly number: number,
    readonly device: DeviceName,
  ) {
    this.name = `inode ${number}`;
  }

  stat(): Stat {
    return { ino: this.number, mode: S_IFCHR | 0o666, nlink: 1, size: 0 };
  }

  unlink(): void {}
}
