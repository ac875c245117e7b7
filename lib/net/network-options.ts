/** What a host's network is made with. */
import type { NetModules } from "./modules";

/** Chance, seeded: port numbers, initial sequence numbers and IP identifications begin somewhere. */
export interface RandomSource {
  /** A whole number from 0 to 2³² − 1. */
  uint32(): number;
}

export interface NetworkOptions {
  readonly random: RandomSource;
  /** Parts to replace; see modules.ts. */
  readonly modules?: Partial<NetModules>;
}
