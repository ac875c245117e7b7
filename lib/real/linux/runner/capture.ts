/**
 * The frames of one run, captured on the real loopback by an agent of its own.
 *
 * A loopback is the whole machine's: everybody's frames pass there. Kept are those from or to a port that the run's programs have named
 * themselves or been told; all others are dropped as soon as they are read.
 *
 * **Not as on a wire:** the kernel leaves checksums on a loopback unfinished, and hands segments on larger than they would be cut for a
 * card (GSO). Wireshark and tcpdump see the same.
 */
import { EPERM } from "../../../sys/errno";
import type { SystemCallRecord } from "../../../sys/run";
import type { CapturedFrame } from "../../../trace/capture";
import { isOfPorts } from "../../tools/frame-ports";
import type { Frame } from "../agent/calls/capture";
import type { Agent } from "./agent";
import { giveBack, takeAgent } from "./agent-pool";

const LOOK_EVERY = 20;
/** Milliseconds after the programs' end: the last acknowledgements are on their way. */
const AFTERMATH = 50;
/** More aren't kept. */
const MOST = 20_000;

const HOW =
  "Capturing frames needs the capability CAP_NET_RAW, as tcpdump does. In a terminal: sudo -E npm run play -- … --show frames; or, without " +
  "being root, in a network of its own: unshare -rn sh -c 'ip link set lo up; npm run play -- … --show frames'.";

export class Capture {
  private readonly frames: CapturedFrame[] = [];
  private readonly ports = new Set<number>();
  private looking: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;
  private lost = 0;

  /** Nanoseconds since 1970 at which the run began. */
  private begun = now();

  private constructor(private readonly agent: Agent) {
    this.timer = setInterval(() => this.look(), LOOK_EVERY);
    this.timer.unref();
  }

  /** Begins to capture, or says why it can't. */
  static async begin(): Promise<Capture | string> {
    const agent = await takeAgent();
    const { errno, fault } = await agent.main.connection.ask("agent.capture", []);
    if (errno === undefined && fault === undefined) return new Capture(agent);
    giveBack(agent);
    return errno === EPERM.number ? HOW : `Frames can't be captured here: ${fault ?? `errno ${errno}`}.`;
  }

  startClock(): void {
    this.begun = now();
  }

  /** A call is being made, or has returned: the ports in it are the run's. */
  notePorts({ args, result, name }: SystemCallRecord): void {
    const places = [...args, result, (result as { address?: unknown } | undefined)?.address];
    if (name === "sendmsg") places.push((args[1] as { name?: unknown } | undefined)?.name);
    if (name === "recvmsg") places.push((result as { name?: unknown } | undefined)?.name);
    for (const place of places) {
      const port = typeof place === "object" && place !== null && "port" in place ? place.port : 0;
      if (typeof port === "number" && port > 0) this.ports.add(port);
    }
  }

  private look(): void {
    this.looking = this.looking.then(() => this.take());
  }

  private async take(): Promise<void> {
    for (;;) {
      const reply = await Promise.race([this.agent.main.connection.ask("agent.captured", []), this.agent.ended]);
      if (!("value" in reply)) return;
      const { frames, more } = reply.value as { frames: Frame[]; more: boolean };
      for (const { time, bytes } of frames) {
        if (!isOfPorts(bytes, this.ports)) continue;
        if (this.frames.length >= MOST) this.lost++;
        else this.frames.push({ time: Number(time - this.begun), device: "lo", direction: "in", bytes });
      }
      if (!more) return;
    }
  }

  /** Ends the capture. Times are nanoseconds since the run began. */
  async finish(): Promise<{ frames: readonly CapturedFrame[]; lost: number }> {
    clearInterval(this.timer);
    await new Promise((resolve) => setTimeout(resolve, AFTERMATH));
    this.look();
    await this.looking;
    if (this.agent.quiet) await this.agent.main.connection.ask("agent.capture-end", []);
    giveBack(this.agent);
    return { frames: this.frames, lost: this.lost };
  }
}

function now(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}
