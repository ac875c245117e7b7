/**
 * Which replaced module is at work now, and how often each has been asked.
 *
 * A module that never returns holds up everything: nothing inside the machine can interrupt it, as nothing in a real kernel
 * interrupts an endless loop with interrupts off. Only somebody outside can end it (Linux has its NMI watchdog for that); then this
 * says whose fault it was. And because a run can be repeated exactly, it can be made once more with `giveUp`: at the very call that
 * never returned the module is treated as if it had thrown, and the run goes on without it.
 *
 * Source: Documentation/admin-guide/lockup-watchdogs.rst in the Linux tree.
 */

/** One call of one module: the how manieth of all that this machine's modules of that name have got. */
export interface OrganCallNumber {
  readonly module: string;
  readonly number: number;
}

export interface OrganCall extends OrganCallNumber {
  /** "take(5)"; made only when somebody wants to know. */
  readonly question: () => string;
}

export class OrganWatch {
  /** The call that a module is in; null when none is. */
  atWork: OrganCall | null = null;
  private readonly counts = new Map<string, number>();

  /** `endless`: calls that are known not to return. */
  constructor(private readonly endless: readonly OrganCallNumber[] = []) {}

  /** Asks a module. Throws what it throws, and "it never returned" for a call that is known not to. */
  watch<Answer>(module: string, question: () => string, work: () => Answer): Answer {
    const number = (this.counts.get(module) ?? 0) + 1;
    this.counts.set(module, number);
    if (this.endless.some((call) => call.module === module && call.number === number)) {
      throw new Error("nothing: it never returned (an endless loop?)");
    }
    const before = this.atWork;
    this.atWork = { module, question, number };
    try {
      return work();
    } finally {
      // Not run when the work is ended from outside: then `atWork` still says which it was.
      this.atWork = before;
    }
  }
}
