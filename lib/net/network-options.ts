/** What a host's network is made with. */
import type { NetModules } from "./modules/modules";
import type { TcpSysctl } from "./tcp/sysctl";

/** Chance, seeded: port numbers, initial sequence numbers and IP identifications begin somewhere. */
export interface RandomSource {
  /** A whole number from 0 to 2³² − 1. */
  uint32(): number;
}

/** What `installNetwork` takes. */
export interface NetworkOptions {
  /** Seeded in a world. */
  readonly random: RandomSource;
  /** Parts to replace; see modules/modules.ts. */
  readonly modules?: Partial<NetModules>;
  /** What differs from the defaults in /proc/sys/net; see tcp/sysctl.ts. */
  readonly sysctl?: Partial<TcpSysctl>;
}
