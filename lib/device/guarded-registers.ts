/**
 * A card as a driver sees it that isn't trusted: rings of its own, and registers that look at what they are told.
 *
 * Descriptors that the driver hands over are copied into the card's rings when they are in order; what the card has done with them is
 * copied back before the driver looks (`update`).
 */
import type { MacAddress } from "../net/addresses";
import { Page } from "../net/packet/page";
import { type Nanoseconds, SECOND } from "../world/clock";
import { type RxDescriptor, rxRing, type TxDescriptor, txRing } from "./descriptor-ring";
import type { InterruptCauses, NicRegisters } from "./nic-registers";

/** A card that interrupts more rarely is as good as dead. */
const LONGEST_INTERVAL: Nanoseconds = SECOND;

export class GuardedRegisters implements NicRegisters {
  readonly mac: MacAddress;
  readonly checksumOffload: boolean;
  readonly adaptiveModeration: boolean;
  readonly rxRing: readonly RxDescriptor[];
  readonly txRing: readonly TxDescriptor[];
  masked = true;
  /** By index: has the card got this descriptor? */
  private readonly rxGiven: boolean[];
  private readonly txGiven: boolean[];
  /** The driver has been wrong: it doesn't reach the card any more. */
  private cut = false;
  private rxTail = 0;
  private txTail = 0;

  constructor(
    private readonly card: NicRegisters,
    /** Ends what the driver is doing. */
    private readonly refuse: (wrong: string) => never,
    private readonly interrupted: (handler: () => void) => void,
  ) {
    this.mac = card.mac;
    this.checksumOffload = card.checksumOffload;
    this.adaptiveModeration = card.adaptiveModeration;
    this.rxRing = rxRing(card.rxRing.length);
    this.txRing = txRing(card.txRing.length);
    this.rxGiven = this.rxRing.map(() => false);
    this.txGiven = this.txRing.map(() => false);
  }

  cutOff(): void {
    this.cut = true;
  }

  /** The card, as long as the driver may reach it. */
  private get reachable(): NicRegisters {
    return this.cut ? this.refuse("it has lost its card") : this.card;
  }

  start(interrupt: (causes: InterruptCauses) => void): void {
    if (typeof interrupt !== "function") this.refuse("start() without an interrupt handler");
    this.masked = true;
    this.reachable.start((causes) => this.interrupted(() => interrupt(causes)));
  }

  stop(): void {
    this.reachable.stop();
    this.masked = true;
    this.rxTail = 0;
    this.txTail = 0;
    for (const descriptor of [...this.rxRing, ...this.txRing]) descriptor.owner = "driver";
    this.rxGiven.fill(false);
    this.txGiven.fill(false);
  }

  setRxTail(index: number): void {
    for (const at of this.handedOver("setRxTail", this.rxTail, index, this.rxRing.length)) {
      const { owner, page, offset, size } = this.rxRing[at];
      if (owner !== "card") this.refuse(`setRxTail(${index}): descriptor ${at} doesn't belong to the card`);
      if (!isInside(page, offset, size)) this.refuse(`setRxTail(${index}): descriptor ${at} has no buffer`);
      Object.assign(this.card.rxRing[at], { owner, page, offset, size });
      this.rxGiven[at] = true;
    }
    this.rxTail = index;
    this.reachable.setRxTail(index);
  }

  setTxTail(index: number): void {
    let complete = true;
    for (const at of this.handedOver("setTxTail", this.txTail, index, this.txRing.length)) {
      const descriptor = this.txRing[at];
      const { owner, page, offset, length } = descriptor;
      if (owner !== "card") this.refuse(`setTxTail(${index}): descriptor ${at} doesn't belong to the card`);
      if (!isInside(page, offset, length)) this.refuse(`setTxTail(${index}): descriptor ${at} has no bytes`);
      if (this.txGiven[at]) this.refuse(`setTxTail(${index}): descriptor ${at} hasn't been sent yet`);
      Object.assign(this.card.txRing[at], descriptor);
      this.txGiven[at] = true;
      complete = descriptor.endOfFrame;
    }
    if (!complete) this.refuse(`setTxTail(${index}): the last frame has no end`);
    this.txTail = index;
    this.reachable.setTxTail(index);
    this.update();
  }

  maskInterrupts(): void {
    this.masked = true;
    this.reachable.maskInterrupts();
  }

  acknowledgeInterrupts(): void {
    this.reachable.acknowledgeInterrupts();
  }

  unmaskInterrupts(): void {
    this.masked = false;
    this.reachable.unmaskInterrupts();
  }

  setInterruptInterval(interval: Nanoseconds): void {
    const right = typeof interval === "number" && interval >= 0 && interval <= LONGEST_INTERVAL;
    if (!right) this.refuse(`setInterruptInterval(${String(interval)}); expected nanoseconds, a second at most`);
    this.reachable.setInterruptInterval(interval);
  }

  traceClean(ring: "rx" | "tx", index: number): void {
    this.reachable.traceClean(ring, index);
  }

  /** Copies what the card has given back. */
  update(): void {
    this.card.rxRing.forEach(({ owner, length, checksumVerified }, at) => {
      if (owner === "card" || !this.rxGiven[at]) return;
      this.rxGiven[at] = false;
      Object.assign(this.rxRing[at], { owner, length, checksumVerified });
    });
    this.card.txRing.forEach(({ owner }, at) => {
      if (owner === "card" || !this.txGiven[at]) return;
      this.txGiven[at] = false;
      this.txRing[at].owner = owner;
    });
  }

  /** The indexes from the old tail up to the new one. */
  private handedOver(register: string, tail: number, index: number, size: number): number[] {
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      this.refuse(`${register}(${String(index)}); expected an index from 0 to ${size - 1}`);
    }
    const indexes: number[] = [];
    for (let at = tail; at !== index; at = (at + 1) % size) indexes.push(at);
    return indexes;
  }
}

/** Is this a buffer that lies within its page? */
function isInside(page: unknown, offset: unknown, length: unknown): boolean {
  if (!(page instanceof Page) || !Number.isInteger(offset) || !Number.isInteger(length)) return false;
  const [from, size] = [offset as number, length as number];
  return from >= 0 && size > 0 && from + size <= page.bytes.length;
}
