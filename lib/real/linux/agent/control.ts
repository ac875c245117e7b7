/**
 * A thread's line to the runner: a stream socket of its own, read with blocking calls.
 *
 * No event loop is involved: a thread of an agent does nothing but wait for a question, make that call, and answer.
 */
import { encodeFrame, FrameReader, type Hello } from "../protocol";
import { encodeAddress } from "./address";
import { configuration } from "./configuration";
import { check, Failure, libc } from "./libc";

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const EINTR = 4;

export class Control {
  private readonly reader = new FrameReader();
  private readonly chunk = Buffer.allocUnsafeSlow(65536);

  private constructor(private readonly fd: number) {}

  static connect(hello: Omit<Hello, "token" | "pid" | "tid">): Control {
    const fd = check(libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const name = encodeAddress({ path: `\0${configuration.hub}` });
    check(libc.connect(fd, name, name.length));
    const control = new Control(fd);
    control.send({ token: configuration.token, pid: libc.getpid(), tid: libc.gettid(), ...hello } satisfies Hello);
    return control;
  }

  /** The next questions; none when the runner is gone. */
  receive(): unknown[] {
    for (;;) {
      const length = retrying(() => libc.read(this.fd, this.chunk, this.chunk.length));
      if (length === 0) return [];
      const values = this.reader.push(this.chunk.subarray(0, length));
      if (values.length > 0) return values;
    }
  }

  send(value: unknown): void {
    let rest: Uint8Array = encodeFrame(value);
    while (rest.length > 0) {
      const data = rest;
      rest = rest.subarray(retrying(() => libc.write(this.fd, data, data.length)));
    }
  }
}

/** A late INTERRUPT_SIGNAL may hit this line instead of the call it was meant for. */
function retrying(call: () => number): number {
  for (;;) {
    try {
      return check(call());
    } catch (error) {
      if (!(error instanceof Failure && error.errno === EINTR)) throw error;
    }
  }
}
