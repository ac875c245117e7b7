/**
 * The guard of a port table: which port it picks is its own business, as long as it is one that may be picked.
 *
 * So ours isn't asked for a port, it is told: "take the one that the other has taken", and when somebody has that one already, it
 * takes another, and the two differ. It keeps a stand-in for each holder, because a table may keep what it knows in the holder itself.
 */
import type { Kernel } from "../../kernel/kernel";
import { Errno } from "../../sys/errno";
import type { Ipv4Address } from "../addresses";
import { Judge, nothing, same } from "../modules/guard";
import { FIRST_EPHEMERAL, LAST_EPHEMERAL, type PortHolder, type PortTable } from "./port-table";

const pickable = (came: unknown, ours: unknown) =>
  came === ours ? null : `a port from ${FIRST_EPHEMERAL} to ${LAST_EPHEMERAL} that nobody has`;

export class GuardedPortTable implements PortTable {
  private readonly judge: Judge;
  private readonly standIns = new WeakMap<PortHolder, PortHolder>();

  constructor(
    kernel: Kernel,
    private readonly theirs: PortTable,
    private readonly ours: PortTable,
  ) {
    this.judge = new Judge(kernel, "portTable");
  }

  bind(holder: PortHolder, address: Ipv4Address, port: number): number {
    const ours = (wanted: number) => this.ours.bind(this.standIn(holder), address, wanted);
    return this.judge.settle(
      () => `bind(${holder.name}, ${port === 0 ? "any port" : port})`,
      () => this.theirs.bind(holder, address, port),
      port === 0 ? (came) => follow(came, ours) : () => ours(port),
      port === 0 ? pickable : same,
    );
  }

  bindForConnect(holder: PortHolder, address: Ipv4Address, isFree: (port: number) => boolean): number {
    const ours = (wanted: number) =>
      this.ours.bindForConnect(this.standIn(holder), address, wanted === 0 ? isFree : (port) => port === wanted);
    return this.judge.settle(
      () => `bindForConnect(${holder.name})`,
      () => this.theirs.bindForConnect(holder, address, isFree),
      (came) => follow(came, ours),
      pickable,
    );
  }

  share(holder: PortHolder, address: Ipv4Address, port: number): void {
    this.judge.settle(
      () => `share(${holder.name}, ${port})`,
      () => this.theirs.share(holder, address, port),
      () => this.ours.share(this.standIn(holder), address, port),
      nothing,
    );
  }

  mayListen(holder: PortHolder): boolean {
    return this.judge.settle(
      () => `mayListen(${holder.name})`,
      () => this.theirs.mayListen(holder),
      () => this.ours.mayListen(this.standIn(holder)),
      same,
    );
  }

  release(holder: PortHolder): void {
    this.judge.settle(
      () => `release(${holder.name})`,
      () => this.theirs.release(holder),
      () => this.ours.release(this.standIn(holder)),
      nothing,
    );
  }

  /** Sees the holder as it is at any moment, and has a place of its own. */
  private standIn(holder: PortHolder): PortHolder {
    const known = this.standIns.get(holder);
    if (known !== undefined) return known;
    const standIn: PortHolder = Object.create(holder, { place: { value: null, writable: true } });
    this.standIns.set(holder, standIn);
    return standIn;
  }
}

/** Ours takes the port that the other one took; if that can't be, another. */
function follow(came: unknown, ours: (wanted: number) => number): number {
  const inRange =
    typeof came === "number" && Number.isInteger(came) && came >= FIRST_EPHEMERAL && came <= LAST_EPHEMERAL;
  if (!inRange) return ours(0);
  try {
    return ours(came);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return ours(0);
  }
}
