/**
 * One direction of a wire: frames go in at one end and come out at the other, later, mostly.
 *
 *     sent ──► [ queue ] ──► last bit has left ──────► last bit has arrived
 *                        length / bandwidth      latency
 *
 * A wire without a queue makes its sender wait, as a card on a cable does. One with a queue takes frames at once and drops
 * what finds it full (tail drop): a router's or a modem's buffer on the way, where most of the Internet's loss happens.
 *
 * Chance, in this order, each by its own probability: loss, corruption (of one bit), reordering (held back, so that later ones
 * overtake it), duplication. All of it from the lane's own seeded sequence, so that what happens on one wire doesn't change
 * what happens on another.
 *
 * With nobody listening to the trace, a frame needn't come in at the very moment when it arrives. A card whose interrupts are moderated
 * tells its driver nothing before the next one, so it says when it will look (`Port.looksAt`), and then fetches all that has arrived by
 * then (`deliver`). To the machine it is the same, and the world's clock has one event for many frames.
 *
 * **Not modelled:** collisions (full duplex only), loss in bursts, changing latency. tc-netem(8) has these, on real machines.
 */
import { Fifo } from "../kernel/fifo";
import { MILLISECOND, type Nanoseconds, SECOND, type Timer } from "../world/clock";
import type { Random } from "../world/random";
import type { DeviceEventFields, WireDropReason } from "./events";
import type { Fault, FaultScript } from "./fault";
import { Frame } from "./frame";
import type { Medium } from "./medium";
import type { Port } from "./port";

/** What one direction of a wire is like. Times are nanoseconds. */
export interface LaneOptions {
  /** Bits in a second; Infinity for a wire that is never busy. Default 10⁹. */
  readonly bandwidth?: number;
  /** How long a bit is under way, in nanoseconds: `5 * MILLISECOND`. Default 50 µs. */
  readonly latency?: Nanoseconds;
  /** How many frames may wait for the wire; one more is dropped. Default: none is dropped, the sender's card waits. */
  readonly queue?: number;
  /** Probability that a frame is lost, 0 to 1, as the three that follow. Default 0. */
  readonly loss?: number;
  /** Probability that one bit of a frame is flipped. Default 0. */
  readonly corruption?: number;
  /** Probability that a frame is held back, so that later ones overtake it. Default 0. */
  readonly reordering?: number;
  /** Probability that a frame arrives twice. Default 0. */
  readonly duplication?: number;
  /** How long a reordered frame is held back, in nanoseconds. Default 1 ms. */
  readonly reorderBy?: Nanoseconds;
}

/** Preamble, start of frame (8 bytes), check sequence (4) and the gap to the next frame (12), in bytes. IEEE 802.3. */
const OVERHEAD = 24;
const DEFAULT_DELAY = 10 * MILLISECOND;

/** A frame under way. */
interface Travel {
  frame: Frame;
  arrival: Nanoseconds;
}

export class Lane {
  private readonly bandwidth: number;
  readonly latency: Nanoseconds;
  private readonly queue: number | null;
  private readonly chances: { loss: number; corruption: number; reordering: number; duplication: number };
  private readonly leftToChance: boolean;
  private readonly reorderBy: Nanoseconds;
  private busyUntil: Nanoseconds = 0;
  /** For the trace: when the frame that was handed over last begins to leave. */
  private told: Nanoseconds = 0;
  /** When each of the frames in the queue will begin to leave. */
  private readonly waiting = new Fifo<Nanoseconds>();
  /**
   * The frames that keep their order, and when each arrives. The clock knows of the first only, and not even of that while nobody
   * looks.
   */
  private readonly underWay = new Fifo<Travel>();
  /** Such as have arrived, for the next frames: there are as many as ever were under way together. */
  private readonly spare: Travel[] = [];
  private alarm: Timer | null = null;

  constructor(
    private readonly medium: Medium,
    readonly link: string,
    private readonly from: Port,
    private readonly to: Port,
    private readonly random: Random,
    private readonly script: FaultScript,
    options: LaneOptions,
  ) {
    const { loss = 0, corruption = 0, reordering = 0, duplication = 0 } = options;
    this.bandwidth = options.bandwidth ?? 1e9;
    this.latency = options.latency ?? 50_000;
    this.queue = options.queue ?? from.queue;
    this.chances = { loss, corruption, reordering, duplication };
    this.leftToChance = loss + corruption + reordering + duplication > 0;
    this.reorderBy = options.reorderBy ?? MILLISECOND;
    to.plugIncoming?.(this);
    const bandwidth = Number.isFinite(this.bandwidth) ? this.bandwidth : null;
    const { host, device } = from;
    medium.emit({
      type: "wire.link",
      host,
      link,
      from: device,
      to: `${to.host} ${to.device}`,
      bandwidth,
      latency: this.latency,
    });
  }

  /** From when on it takes a frame. With a queue that is always now. */
  freeAt(): Nanoseconds {
    return this.queue === null ? this.busyUntil : 0;
  }

  send(frame: Frame): void {
    const { medium } = this;
    const now = medium.clock.now();
    const start = Math.max(now, this.busyUntil);
    const leaves = start + Math.round(((frame.length + OVERHEAD) * 8 * SECOND) / this.bandwidth);
    if (medium.traced) {
      this.told = this.queue === null ? start : now;
      this.tell({ type: "wire.send", ...this.sender(frame), bytes: frame.bytes(), leaves });
    }
    const fault = this.script.judge(frame, this.from.host);
    if (!this.takesInto(start, now)) {
      this.drop(frame, "queue full");
      return;
    }
    this.busyUntil = leaves;
    this.travel(frame, leaves + this.latency, fault);
  }

  /** Is there room in the queue? Then it is in there now. */
  private takesInto(start: Nanoseconds, now: Nanoseconds): boolean {
    if (this.queue === null) return true;
    const { waiting } = this;
    for (let first = waiting.peek(); first !== undefined && first <= now; first = waiting.peek()) waiting.take();
    if (start <= now) return true;
    if (waiting.length >= this.queue) return false;
    waiting.add(start);
    return true;
  }

  /** What becomes of a frame that left the sender. */
  private travel(frame: Frame, arrival: Nanoseconds, fault: Fault | null): void {
    let arriving = frame;
    let at = arrival;
    let copies = 1;
    if (fault !== null) {
      if (fault.action === "drop") {
        this.drop(frame, "scripted fault");
        return;
      }
      if (fault.action === "corrupt") arriving = this.corrupt(frame);
      if (fault.action === "duplicate") copies = this.duplicate(frame);
      if (fault.action === "delay") at += this.delay(frame, fault.by ?? DEFAULT_DELAY);
    }
    if (this.leftToChance) {
      const { loss, corruption, reordering, duplication } = this.chances;
      // Always four numbers a frame, so that more of one kind doesn't change the others.
      const [a, b, c, d] = [
        this.chance(loss),
        this.chance(corruption),
        this.chance(reordering),
        this.chance(duplication),
      ];
      if (a) {
        this.drop(frame, "loss");
        return;
      }
      if (b) arriving = this.corrupt(arriving);
      if (c) at += this.delay(frame, this.reorderBy);
      if (d) copies = this.duplicate(frame);
    }
    for (let i = 0; i < copies; i++) {
      arriving.hold();
      if (at === arrival) this.follow(arriving, at);
      else this.medium.clock.at(at, () => this.overtaken(arriving));
    }
  }

  /** A delayed frame arrives, behind those that have arrived by now, though nobody has looked at them yet. */
  private overtaken(frame: Frame): void {
    this.deliver();
    this.arrive(frame);
  }

  /** It arrives behind all that are under way. */
  private follow(frame: Frame, arrival: Nanoseconds): void {
    const travel = this.spare.pop() ?? { frame, arrival };
    travel.frame = frame;
    travel.arrival = arrival;
    this.underWay.add(travel);
    if (this.underWay.length === 1) this.setAlarm(arrival);
  }

  /** Who watches the trace sees every frame come in at its time; else it is enough that it is there when somebody looks. */
  private setAlarm(arrival: Nanoseconds): void {
    const { medium, to } = this;
    const at = medium.traced || to.looksAt === undefined ? arrival : to.looksAt(arrival);
    if (at !== Number.POSITIVE_INFINITY) this.alarm = medium.clock.at(at, this.rings);
  }

  private readonly rings = (): void => {
    this.alarm = null;
    this.deliver();
  };

  /** All that has arrived by now comes in. */
  deliver(): void {
    const now = this.medium.clock.now();
    let first = this.underWay.peek();
    for (; first !== undefined && first.arrival <= now; first = this.underWay.peek()) {
      this.underWay.take();
      const { frame } = first;
      this.spare.push(first);
      this.arrive(frame);
    }
    if (first !== undefined && this.alarm === null) this.setAlarm(first.arrival);
  }

  private chance(probability: number): boolean {
    return this.random.fraction() < probability;
  }

  private arrive(frame: Frame): void {
    const { medium, link } = this;
    const { host, device } = this.to;
    if (medium.traced) medium.emit({ type: "wire.arrive", host, link, device, frame: frame.id });
    this.to.receive(frame);
    frame.release();
  }

  private drop(frame: Frame, reason: WireDropReason): void {
    if (this.medium.traced) this.tell({ type: "wire.drop", ...this.sender(frame), reason });
  }

  private corrupt(frame: Frame): Frame {
    const bytes = frame.bytes();
    const bit = this.random.below(bytes.length * 8);
    bytes[bit >> 3] ^= 0x80 >> (bit & 7);
    if (this.medium.traced) this.tell({ type: "wire.corrupt", ...this.sender(frame), bit });
    return Frame.of(frame.id, bytes);
  }

  private duplicate(frame: Frame): 2 {
    if (this.medium.traced) this.tell({ type: "wire.duplicate", ...this.sender(frame) });
    return 2;
  }

  private delay(frame: Frame, by: Nanoseconds): Nanoseconds {
    if (this.medium.traced) this.tell({ type: "wire.delay", ...this.sender(frame), by });
    return by;
  }

  /** Emits it when the frame that it is about begins to leave: a card hands over several at a time. */
  private tell(event: DeviceEventFields): void {
    const { medium, told } = this;
    if (told <= medium.clock.now()) medium.emit(event);
    else medium.clock.at(told, () => medium.emit(event));
  }

  private sender(frame: Frame): { host: string; link: string; device: string; frame: number } {
    const { host, device } = this.from;
    return { host, link: this.link, device, frame: frame.id };
  }
}
