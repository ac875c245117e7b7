/**
 * The guard of a module that takes the place of one of ours: it may be wrong, and the machine must go on.
 *
 * Ours runs beside it, is asked the same questions, and knows what the contract wants for an answer. The first time the other one
 * throws, or answers what its contract forbids, that is reported by name, with what was expected and what came: `module.fault` in the
 * trace, `kernel.faults`, a note of the run. From then on ours, which knows all, does its work alone. A module of ours has no guard,
 * and costs nothing.
 *
 * An `Errno` that a method throws is an answer like any other. One that never returns counts as one that throws, where
 * somebody looks at the clock (kernel/patience.ts).
 */
import type { Kernel } from "../../kernel/kernel";
import { Errno } from "../../sys/errno";

/** Is this answer allowed, when ours is `ours`? Null when it is, else what was expected, in words. */
export type Check = (came: unknown, ours: unknown, args: readonly unknown[]) => string | null;

/** How each method and each property of a module is held to its contract. */
export interface Contract<Module> {
  readonly methods: { readonly [Name in MethodsOf<Module>]: Check };
  readonly properties: { readonly [Name in Exclude<keyof Module & string, MethodsOf<Module>>]: Check };
}

type MethodsOf<Module> = {
  [Name in keyof Module & string]: Module[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Module & string];

/** What came of asking: a value, an errno, or an exception. */
type Answer = { readonly value: unknown } | { readonly errno: Errno };
type Outcome = Answer | { readonly thrown: string };

/** Reports something a module did that its contract forbids. */
export function reportFault(kernel: Kernel, module: string, message: string): void {
  kernel.faults.push(`${module}: ${message}`);
  kernel.emitIfTraced({ type: "module.fault", module, message });
}

/** The module that `make` makes, held to its contract. */
export function guarded<Module extends object>(
  kernel: Kernel,
  name: string,
  make: () => Module,
  makeOurs: () => Module,
  contract: Contract<Module>,
): Module {
  return guardedBy(
    kernel,
    name,
    make,
    makeOurs,
    (theirs, ours) => new Guard(kernel, name, theirs, ours, contract).face,
  );
}

/** The same with a guard of its own, made by `guard` from the module and ours. */
export function guardedBy<Module extends object>(
  kernel: Kernel,
  name: string,
  make: () => Module,
  makeOurs: () => Module,
  guard: (theirs: Module, ours: Module) => Module,
): Module {
  const made = attempt(() => kernel.patience(make));
  if ("value" in made && typeof made.value === "object" && made.value !== null) {
    return guard(made.value as Module, makeOurs());
  }
  reportFault(kernel, name, `making it ${words(made)}; expected an object`);
  return makeOurs();
}

class Guard<Module extends object> {
  /** What the kernel gets to see. */
  readonly face: Module;
  private readonly judge: Judge;

  constructor(
    kernel: Kernel,
    name: string,
    private readonly theirs: Module,
    private readonly ours: Module,
    { methods, properties }: Contract<Module>,
  ) {
    this.judge = new Judge(kernel, name);
    const face = {};
    for (const [method, check] of Object.entries<Check>(methods)) {
      Object.assign(face, { [method]: (...args: unknown[]) => this.call(method, args, check) });
    }
    for (const [property, check] of Object.entries<Check>(properties)) {
      Object.defineProperty(face, property, { get: () => this.read(property, check), enumerable: true });
    }
    this.face = face as Module;
  }

  private call(method: string, args: readonly unknown[], check: Check): unknown {
    const ask = (module: Module) => Reflect.apply(Reflect.get(module, method) as () => unknown, module, args);
    const question = () => `${method}(${args.map(show).join(", ")})`;
    return this.judge.settle(
      question,
      () => ask(this.theirs),
      () => ask(this.ours),
      check,
      args,
    );
  }

  private read(property: string, check: Check): unknown {
    const get = (module: Module): unknown => Reflect.get(module, property);
    return this.judge.settle(
      () => property,
      () => get(this.theirs),
      () => get(this.ours),
      check,
    );
  }
}

/** Compares a module's answers with ours for as long as it is trusted. */
export class Judge {
  private trusted = true;

  constructor(
    private readonly kernel: Kernel,
    private readonly name: string,
  ) {}

  /**
   * Asks both, compares, and hands on the answer that counts. Ours is told what the other one answered, where its own answer must
   * follow from that; undefined when it isn't asked any more.
   */
  settle<Result>(
    question: () => string,
    askTheirs: () => Result,
    askOurs: (came: unknown) => Result,
    check: Check,
    args: readonly unknown[] = [],
  ): Result {
    if (!this.trusted) return askOurs(undefined);
    const came = attempt(() => this.kernel.patience(askTheirs));
    const ours = attempt(() => askOurs("value" in came ? came.value : undefined));
    if ("thrown" in ours) throw new Error(ours.thrown);
    const expected = complaint(came, ours, check, args);
    if (expected === null) return outcome(came) as Result;
    this.fault(`${question()} ${words(came)}; expected ${expected}`);
    return outcome(ours) as Result;
  }

  private fault(message: string): void {
    this.trusted = false;
    reportFault(this.kernel, this.name, message);
  }
}

/** What was expected instead; null when nothing is wrong. */
function complaint(came: Outcome, ours: Answer, check: Check, args: readonly unknown[]): string | null {
  if ("errno" in ours) return "errno" in came && came.errno === ours.errno ? null : `the error ${ours.errno.code}`;
  if ("value" in came) return check(came.value, ours.value, args);
  return "value" in ours && ours.value !== undefined ? show(ours.value) : "no exception";
}

function outcome(of: Outcome): unknown {
  if ("errno" in of) throw of.errno;
  return "value" in of ? of.value : undefined;
}

function attempt(work: () => unknown): Outcome {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof Errno) return { errno: error };
    return { thrown: error instanceof Error ? error.message : String(error) };
  }
}

function words(came: Outcome): string {
  if ("value" in came) return `returned ${show(came.value)}`;
  return "errno" in came ? `threw ${came.errno.code}` : `threw ${came.thrown}`;
}

/** A value as a short text. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Uint8Array || value instanceof DataView) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if ("name" in value && typeof value.name === "string") return value.name;
  const fields = Object.entries(value).slice(0, 8);
  return `{ ${fields.map(([key, field]) => `${key}: ${typeof field === "object" && field !== null ? "…" : show(field)}`).join(", ")} }`;
}

// Checks that several contracts need

/** The very same answer as ours. */
export const same: Check = (came, ours) => (came === ours ? null : show(ours));

/** An answer with the same contents as ours. */
export const alike: Check = (came, ours) => (equal(came, ours) ? null : show(ours));

/** Nobody looks at what it returns. */
export const nothing: Check = () => null;

/** A number from `least` to `most`. */
export const between =
  (least: number, most: number): Check =>
  (came) =>
    typeof came === "number" && came >= least && came <= most ? null : `a number from ${least} to ${most}`;

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [ofA, ofB] = [Object.entries(a), Object.entries(b)];
  return ofA.length === ofB.length && ofB.every(([key, value]) => equal((a as Record<string, unknown>)[key], value));
}
