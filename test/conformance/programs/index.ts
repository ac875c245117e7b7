import { descriptors } from "./descriptors";
import { files } from "./files";
import { pipes } from "./pipes";
import { processes } from "./processes";
import type { Suite } from "./program";
import { readiness } from "./readiness";
import { signals } from "./signals";
import { socketpairs } from "./socketpairs";
import { tcp } from "./tcp";

/** All behaviours that the model and the real machine must agree on, by subject. */
export const suites: Readonly<Record<string, Suite>> = {
  files,
  descriptors,
  pipes,
  processes,
  signals,
  readiness,
  socketpairs,
  tcp,
};
