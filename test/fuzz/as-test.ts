/** A disagreement as a test that can be pasted into test/conformance/programs: the script, with what each kernel gave beside it. */
import { SOL_TCP } from "../../lib/sys";
import { show } from "./constants";
import type { Disagreement } from "./disagreement";
import { Ref, type Step, uses } from "./step";

export function asTest(seed: number, { steps, onModel, onLinux }: Disagreement): string {
  const lines = steps.map((step, i) => {
    const said = wordsAt(onModel, i) === wordsAt(onLinux, i) ? wordsAt(onModel, i) : null;
    const comment = said ?? `MODEL ${wordsAt(onModel, i)} | LINUX ${wordsAt(onLinux, i)}`;
    return `    ${statement(step, steps)} // ${comment}`;
  });
  const rest = [onModel, onLinux].map((said) => said.slice(steps.length).join("; "));
  const end = rest[0] === rest[1] ? [] : [`    // at the end: MODEL ${rest[0]} | LINUX ${rest[1]}`];
  const players = ["a", "b", "c", "d"].filter((name) =>
    steps.some(({ actor, args }) => actor === name || args[0] === name),
  );
  return [
    `  "seed ${seed}": inTurn("…(2)", function* ({ ${[...players, "ports"].join(", ")} }) {`,
    ...lines,
    ...end,
    "  }),",
  ].join("\n");
}

/** The line without the actor and call that stand in the statement. */
const wordsAt = (lines: readonly string[], i: number): string => (lines[i] ?? "nothing").replace(/^\S+ \S+: /, "");

function statement(step: Step, steps: readonly Step[]): string {
  const { id, actor, call, args } = step;
  const family = call.endsWith("sockopt") && args[1] === SOL_TCP ? `${call} TCP` : call;
  const name = steps.some((other) => uses(other, id)) ? `const ${variable(id)} = ` : "";
  const words = args.map((arg, at) =>
    call === "fork" || call === "pthread_create"
      ? String(arg)
      : arg instanceof Ref
        ? reference(arg)
        : show(arg, family, at, reference),
  );
  return `${name}yield* ${actor}.${call}(${words.join(", ")});`;
}

const variable = (id: number): string => `s${id}`;
const reference = ({ id, at }: Ref): string => (at === undefined ? variable(id) : `part(${variable(id)}, ${at})`);
