import type { Kernel } from "../../sys/run";
import { Run } from "./runner/run";
import { unavailable } from "./unavailable";

/** The real system calls of this machine behind the same programs. */
export const linux: Kernel = {
  name: "linux",
  unavailable,
  run: async (programs, options = {}) => {
    const reason = unavailable();
    if (reason !== null) throw new Error(reason);
    return new Run(options).run(programs);
  },
};
