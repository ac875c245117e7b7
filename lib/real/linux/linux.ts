/** The linux kernel as a `Kernel`: each process of a run is a real process (runner/run.ts), its calls are libc's. */
import type { Kernel, Programs } from "../../sys/run";
import type { LinuxOptions, LinuxRun } from "./runner/onlooker";
import { Run } from "./runner/run";
import { unavailable } from "./unavailable";

/** The real system calls of this machine behind the same programs. */
export const linux: Kernel<LinuxRun> = {
  name: "linux",
  unavailable,
  async run(programs: Programs, options: LinuxOptions = {}) {
    const reason = unavailable();
    if (reason !== null) throw new Error(reason);
    return new Run(options).run(programs);
  },
};
