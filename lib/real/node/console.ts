/**
 * Descriptors 0, 1 and 2, and /dev/null.
 *
 * A run's programs never touch the real standard input and output: 0 holds the bytes of `options.stdin` and then the end of
 * file; what goes to 1 and 2 is collected into `run.output`.
 */
import { POLLIN, POLLOUT, S_IFCHR, type Stat } from "../../sys";
import type { Machine } from "./machine";
import { OpenFile } from "./open-file";

abstract class Device extends OpenFile {
  ready(): number {
    return POLLIN | POLLOUT;
  }

  stat(): Stat {
    return { ino: 1, mode: S_IFCHR | 0o666, nlink: 1, size: 0 };
  }

  protected release(): void {}
}

export class Console extends Device {
  readonly name = "console";
  private at = 0;

  constructor(
    machine: Machine,
    flags: number,
    private readonly input: Uint8Array,
  ) {
    super(machine, flags);
  }

  tryRead(size: number): Uint8Array {
    const data = this.input.slice(this.at, this.at + size);
    this.at += data.length;
    return data;
  }

  tryWrite(data: Uint8Array): number {
    this.machine.output.push(data.slice());
    return data.length;
  }

  override available(): number {
    return this.input.length - this.at;
  }
}

export class NullDevice extends Device {
  readonly name = "/dev/null";

  tryRead(): Uint8Array {
    return new Uint8Array(0);
  }

  tryWrite(data: Uint8Array): number {
    return data.length;
  }
}
