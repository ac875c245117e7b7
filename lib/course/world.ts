/**
 * The world as the course has it: a module of a learner's that never returns is ended, named, and done without.
 *
 * The world itself lives on virtual time and can't know how long something takes. Node can, from outside: a script that runs too long
 * is ended, wherever it is. It costs about 0.1 ms each time such a module is asked; modules of ours are asked directly.
 *
 * Source: nodejs.org, vm: `timeout` of `script.runInThisContext`.
 */
import { Script } from "node:vm";
import type { Kernel } from "../kernel/kernel";
import type { Patience } from "../kernel/patience";
import { type HostOptions, World as VirtualWorld } from "../world/world";

/** For one answer, in milliseconds: far more than any takes, on a slow machine too. */
const PATIENCE = 2000;

/** Under this name the script finds what it is to do; a script sees nothing but what is global. */
const WORK = "fd3: ask a module";
const script = new Script(`globalThis[Symbol.for("${WORK}")]()`);

/** How many questions are being asked, each from within the one before: a driver's packet may lead to a question about its checksum. */
let depth = 0;

/**
 * Waits so many milliseconds for each answer; half of that for one that is asked for while another is awaited, so that it is the one
 * blamed.
 */
export function patience(milliseconds = PATIENCE): Patience {
  return (ask) => {
    const before = depth;
    const timeout = Math.ceil(milliseconds / 2 ** before);
    let answer: ReturnType<typeof ask> | undefined;
    const work = () => {
      depth = before + 1;
      answer = ask();
    };
    try {
      Reflect.set(globalThis, Symbol.for(WORK), work);
      script.runInThisContext({ timeout });
    } catch (error) {
      // A module may throw anything, undefined too.
      if ((error as NodeJS.ErrnoException | undefined)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      throw new Error("nothing: it never returned (an endless loop?)");
    } finally {
      depth = before;
      Reflect.deleteProperty(globalThis, Symbol.for(WORK));
    }
    return answer as ReturnType<typeof ask>;
  };
}

/** Machines, what joins them, and the one clock they live by; modules that never return are ended. */
export class World extends VirtualWorld {
  override host(name: string, options: HostOptions = {}): Kernel {
    const given = typeof options === "object" && options !== null;
    return super.host(name, given ? { patience: patience(), ...options } : options);
  }
}
