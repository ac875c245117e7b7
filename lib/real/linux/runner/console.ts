/**
 * What the programs' descriptors 0, 1 and 2 lead to: two pipes with names, outside the folder that the programs see.
 *
 * **A stand-in:** where the model has a terminal, here is what a program in a shell's pipeline has. fstat says so.
 */
import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Connection } from "./connection";
import { command } from "./processes";

const { O_RDONLY, O_RDWR, O_NONBLOCK } = constants;
/** How long to wait for the last output; all who could write have ended by then. */
const PATIENCE = 1000;

export class Console {
  private readonly chunks: Buffer[] = [];
  private reading: Socket | null = null;

  private constructor(
    readonly inputPath: string,
    readonly outputPath: string,
    private readonly outputEnd: number,
    private readonly inputEnd: number | null,
  ) {}

  static async create(connection: Connection, folder: string, hasInput: boolean): Promise<Console> {
    const output = join(folder, "output");
    await command(connection, "agent.make-fifo", [output]);
    const input = hasInput ? join(folder, "input") : "/dev/null";
    if (hasInput) await command(connection, "agent.make-fifo", [input]);
    // Both ends of the input: so that it exists before a program opens it, and whatever the order.
    const inputEnd = hasInput ? openSync(input, O_RDWR | O_NONBLOCK) : null;
    return new Console(input, output, openSync(output, O_RDONLY | O_NONBLOCK), inputEnd);
  }

  /** Once every first program has opened both: before that, a pipe without a writer is at its end. */
  connect(input: Uint8Array | string): void {
    const reading = new Socket({ fd: this.outputEnd, readable: true, writable: false });
    reading.on("data", (chunk: Buffer) => this.chunks.push(chunk));
    reading.on("error", () => reading.destroy());
    reading.unref();
    this.reading = reading;
    if (this.inputEnd === null) return;
    const writing = new Socket({ fd: this.inputEnd, readable: false, writable: true });
    writing.on("error", () => writing.destroy());
    writing.unref();
    writing.end(input, () => writing.destroy());
  }

  /** All that was written, as text. Call it when all programs have ended. */
  async finish(): Promise<string> {
    const { reading } = this;
    if (reading === null) {
      closeSync(this.outputEnd);
      if (this.inputEnd !== null) closeSync(this.inputEnd);
    } else if (!reading.closed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE);
        reading.once("close", () => {
          clearTimeout(timer);
          resolve();
        });
      });
      reading.destroy();
    }
    return Buffer.concat(this.chunks).toString("utf8");
  }
}
