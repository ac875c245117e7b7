/**
 * Newcomers' mistakes: programs that are wrong in one point, as people write them in their first week.
 *
 * Each ends with the error that nobody caught. That it is the same on every kernel, with a message that names the mistake, is
 * what mistakes.test.ts asks.
 */
import type { ProgramFunction } from "../../../lib/sys";
import { datagramMistakes } from "./datagrams";
import { fileMistakes } from "./files";
import { networkMistakes } from "./network";
import { unixMistakes } from "./unix";

export interface Mistake {
  readonly program: ProgramFunction;
  /** How the run must end on every kernel. */
  readonly ends: {
    readonly syscall: string;
    readonly code: string;
    /** What the message must say behind errno's own words. */
    readonly says: string;
  };
}

export type Mistakes = Readonly<Record<string, Mistake>>;

export const mistakes: Mistakes = { ...fileMistakes, ...networkMistakes, ...datagramMistakes, ...unixMistakes };

export const files = { "/notes.txt": "hello", "/folder/inside": "x" };
