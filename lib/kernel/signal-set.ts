/**
 * A set of signal numbers, 1 to 64.
 *
 * Used for what is blocked and for what is pending. Ordinary signals don't queue: sending one that is pending already changes
 * nothing, which is why a set is enough. Source: sigset_t, signal(7).
 */
export class SignalSet {
  private low = 0;
  private high = 0;

  static of(signals: Iterable<number>): SignalSet {
    const set = new SignalSet();
    for (const signal of signals) set.add(signal);
    return set;
  }

  add(signal: number): void {
    if (signal <= 32) this.low |= 1 << (signal - 1);
    else this.high |= 1 << (signal - 33);
  }

  delete(signal: number): void {
    if (signal <= 32) this.low &= ~(1 << (signal - 1));
    else this.high &= ~(1 << (signal - 33));
  }

  has(signal: number): boolean {
    return signal <= 32 ? (this.low & (1 << (signal - 1))) !== 0 : (this.high & (1 << (signal - 33))) !== 0;
  }

  /** Does it hold a signal that `mask` doesn't? */
  hasOutside(mask: SignalSet): boolean {
    return (this.low & ~mask.low) !== 0 || (this.high & ~mask.high) !== 0;
  }

  /** The lowest signal that `mask` doesn't hold, or 0. */
  lowestOutside(mask: SignalSet): number {
    for (let signal = 1; signal <= 64; signal++) if (this.has(signal) && !mask.has(signal)) return signal;
    return 0;
  }

  /** Its signals in rising order. */
  list(): number[] {
    const signals: number[] = [];
    for (let signal = 1; signal <= 64; signal++) if (this.has(signal)) signals.push(signal);
    return signals;
  }

  copy(): SignalSet {
    return SignalSet.of(this.list());
  }
}

/** Signals that were sent and not taken yet. */
export type PendingSignals = SignalSet;
