/**
 * Runs programs on a model with a learner's modules in it, of which one may never return.
 *
 * An endless loop holds up the whole machine, and nothing in it can interrupt that. Node can, from outside: a script that runs
 * too long is ended, wherever it is. Which module it was is on record (kernel/organ-watch.ts). A run can be repeated exactly, so it is
 * made again with more patience; if it gets no further, it is made once more, and the very call that never returned is passed over as if
 * it had thrown: the module is named, ours goes on with its work, and the run ends like any other.
 *
 * Source: nodejs.org, vm: `timeout` of `script.runInContext`.
 */
import { createContext, Script } from "node:vm";
import { type OrganCallNumber, OrganWatch } from "../kernel/organ-watch";
import type { Programs } from "../sys";
import { type ModelOptions, type ModelRun, type PreparedRun, prepareModel, runModel } from "../world/model";

/** How long a run may take at first, and how many times longer when it is made again to make sure; milliseconds. */
const PATIENCE = 1000;
const MORE = 4;

const script = new Script("work()");

/** Does the work. False when it took longer, and was ended where it stood. Throws what the work throws. */
function within(milliseconds: number, work: () => void): boolean {
  try {
    script.runInContext(createContext({ work }), { timeout: milliseconds });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  }
}

export function runPatiently(programs: Programs, options: ModelOptions = {}, patience = PATIENCE): ModelRun {
  if (options.modules === undefined) return runModel(programs, options);
  const endless: OrganCallNumber[] = [];
  let before = "";
  for (let limit = patience; ; ) {
    const organs = new OrganWatch(endless);
    let run: PreparedRun | undefined;
    const ended = within(limit, () => {
      run = prepareModel(programs, options, organs);
      run.go();
    });
    if (ended && run !== undefined) return run.result();
    const call = organs.atWork;
    const place = `${run?.events.length} events, then ${call?.module} for the ${call?.number}th time`;
    if (place !== before) {
      before = place;
      limit *= MORE;
    } else if (call === null) {
      // It isn't a module: a program loops without making a call, and there is nothing to pass over.
      if (run === undefined) throw new Error("the machine doesn't boot: something never returned. An endless loop?");
      const result = run.result();
      return { ...result, notes: [...result.notes, "cut off: a program never made its next call. An endless loop?"] };
    } else {
      endless.push(call);
      limit = patience;
    }
  }
}
