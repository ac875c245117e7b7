/**
 * Agents that wait for a program. Starting one takes about a tenth of a second, so those whose program ended in good order are
 * used again by a later run, and one more is kept ready for a fork.
 *
 * Within a run no agent is used twice: its pid would come back while the parent still holds the first one's status.
 */
import { Agent } from "./agent";
import { atExit } from "./at-exit";

/** More than these aren't kept. */
const MOST = 4;

const spares: Agent[] = [];
const underWay = new Set<Promise<Agent>>();
atExit(() => {
  for (const agent of spares) void agent.kill();
});

/** An agent with nothing in it. */
export async function takeAgent(): Promise<Agent> {
  for (;;) {
    const spare = spares.shift();
    if (spare === undefined) break;
    if (spare.quiet) return spare;
    void spare.kill();
  }
  const [promised] = underWay;
  if (promised === undefined) return Agent.launch();
  underWay.delete(promised);
  return promised;
}

/** Sees to it that the next one asked for is there at once, or soon. */
export function prepareAgent(): void {
  if (spares.length + underWay.size > 0) return;
  const promise = Agent.launch();
  underWay.add(promise);
  promise.then(
    (agent) => {
      if (underWay.delete(promise)) spares.push(agent);
    },
    // Whoever needs one launches it himself and sees the error.
    () => underWay.delete(promise),
  );
}

/** For an agent whose program is over and whose descriptors are cleared. */
export function giveBack(agent: Agent): void {
  agent.onDeath = null;
  if (!agent.quiet || spares.length >= MOST) {
    void agent.kill();
    return;
  }
  agent.gatherThreads();
  spares.push(agent);
}

/** Ends all agents that wait; for tests that count processes. */
export async function dismissSpares(): Promise<void> {
  // Nothing of an agent keeps this process alive, and it must live to see their ends.
  const alive = setInterval(() => {}, 2 ** 30);
  const launched = await Promise.allSettled(underWay);
  underWay.clear();
  for (const result of launched) if (result.status === "fulfilled") spares.push(result.value);
  await Promise.all([...new Set(spares.splice(0))].map((agent) => agent.kill()));
  clearInterval(alive);
}
