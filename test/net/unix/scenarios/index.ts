/**
 * What Unix sockets do, as programs with their outcome. Every expectation was taken from a real Linux (6.18): the test runs
 * each program on the model, and on the machine's own kernel where that is Linux, and both must agree with what stands here.
 */
import { connections } from "./connections";
import { ends } from "./ends";
import { namedDatagrams } from "./named-datagrams";
import { names } from "./names";
import { options } from "./options";
import { pairs } from "./pairs";
import type { Scenario } from "./scenario";
import { unconnected } from "./unconnected";

export const scenarios: readonly Scenario[] = [
  ...pairs,
  ...ends,
  ...unconnected,
  ...options,
  ...names,
  ...connections,
  ...namedDatagrams,
];
