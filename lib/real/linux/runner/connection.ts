/** The runner's end of one agent thread's line: ask, and get the answer as a promise. */
import type { Socket } from "node:net";
import { type AgentReply, encodeFrame, FrameReader, type Hello } from "../protocol";

export class Connection {
  private readonly reader = new FrameReader();
  private waiting: ((reply: AgentReply) => void) | null = null;

  /** `onHello` is called once, with the first message. */
  constructor(
    private readonly socket: Socket,
    onHello: (hello: Hello, connection: Connection) => void,
  ) {
    let greeted = false;
    socket.unref();
    // An agent that is killed takes its line along; whoever waits for it learns that from the process's end.
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      for (const message of this.reader.push(chunk)) {
        if (greeted) this.settle(message as AgentReply);
        else onHello(message as Hello, this);
        greeted = true;
      }
    });
  }

  /** Makes a thread do something. The promise stays open for ever when the agent dies meanwhile. */
  ask(op: string, args: readonly unknown[]): Promise<AgentReply> {
    if (this.waiting !== null) throw new Error(`${op} asked of a thread that is busy`);
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.socket.write(encodeFrame({ op, args }));
    });
  }

  /** Is there a question without an answer? */
  get busy(): boolean {
    return this.waiting !== null;
  }

  close(): void {
    this.socket.destroy();
  }

  private settle(reply: AgentReply): void {
    const resolve = this.waiting;
    this.waiting = null;
    resolve?.(reply);
  }
}
