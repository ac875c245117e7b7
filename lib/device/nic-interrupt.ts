/**
 * A card's interrupt line: causes that are remembered, a mask, and moderation.
 *
 * An interrupt costs the CPU microseconds whatever it brings. Two things keep a busy card from drowning it: the driver masks
 * interrupts while it polls (NAPI), and the card leaves at least `interval` between two of them (interrupt moderation; ITR in
 * Intel's cards, `ethtool -C rx-usecs`). The price is latency: what comes shortly after an interrupt waits for the next.
 *
 * Source: 82574L datasheet, section 7.1 (interrupts); Documentation/networking/napi.rst.
 */
import type { Nanoseconds, Timer } from "../world/clock";
import type { Medium } from "./medium";
import type { InterruptCauses } from "./nic-registers";

export class InterruptLine {
  private handler: ((causes: InterruptCauses) => void) | null = null;
  private masked = true;
  private rx = false;
  private tx = false;
  private last = Number.NEGATIVE_INFINITY;
  private timer: Timer | null = null;
  /** How many there have been. */
  count = 0;

  constructor(
    private readonly medium: Medium,
    private readonly host: string,
    private readonly device: string,
    /** The shortest time from one interrupt to the next. */
    public interval: Nanoseconds,
    /** Brings in what has arrived, so that an interrupt tells of that too, and asks `tellsAt` of what has not. */
    private readonly bringIn: () => void,
  ) {}

  connect(handler: (causes: InterruptCauses) => void): void {
    this.handler = handler;
    this.setMasked(true);
  }

  disconnect(): void {
    this.handler = null;
    this.masked = true;
    this.acknowledge();
    this.timer?.cancel();
    this.timer = null;
  }

  /** When will something be told that happens at `moment`? Infinity: an interrupt is due already, and will tell that too. */
  tellsAt(moment: Nanoseconds): Nanoseconds {
    if (this.masked) return moment;
    return this.timer === null ? Math.max(moment, this.last + this.interval) : Number.POSITIVE_INFINITY;
  }

  /** Something has happened. Called from events of the clock only, never within a system call. */
  request(cause: "rx" | "tx"): void {
    if (cause === "rx") this.rx = true;
    else this.tx = true;
    if (this.masked || this.timer !== null) return;
    const { clock } = this.medium;
    const due = this.last + this.interval;
    if (due <= clock.now()) this.fire();
    else this.timer = clock.at(due, this.due);
  }

  acknowledge(): void {
    this.rx = false;
    this.tx = false;
  }

  setMasked(masked: boolean): void {
    if (this.masked === masked) return;
    this.masked = masked;
    const { medium, host, device } = this;
    if (medium.traced) medium.emit({ type: "nic.mask", host, device, masked });
    if (!masked && (this.rx || this.tx)) {
      // Not here: the driver is still in the middle of something.
      this.timer ??= medium.clock.at(Math.max(medium.clock.now(), this.last + this.interval), this.due);
    }
  }

  private readonly due = (): void => {
    this.bringIn();
    this.timer = null;
    this.fire();
    this.bringIn();
  };

  private fire(): void {
    const { medium, host, device, rx, tx } = this;
    if (this.masked || this.handler === null || !(rx || tx)) return;
    this.acknowledge();
    this.last = medium.clock.now();
    this.count++;
    if (medium.traced) {
      medium.emit({
        type: "nic.interrupt",
        host,
        device,
        causes: [...(rx ? (["rx"] as const) : []), ...(tx ? (["tx"] as const) : [])],
      });
    }
    this.handler({ rx, tx });
  }
}
