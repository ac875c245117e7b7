/** A program's call in the terms of an agent: what to ask, and what to make of the answer. */
export interface Translation {
  readonly op: string;
  readonly args: readonly unknown[];
  /** Can only another thread end its sleep, no time limit? */
  readonly forever: boolean;
  finish(value: unknown): unknown;
  /** The arguments for what is left of its time, after so many milliseconds and an interruption that the program doesn't see. */
  shorten?(elapsed: number): readonly unknown[];
}

/** What a translator may leave out. */
export type PartialTranslation = Partial<Omit<Translation, "args">> & { readonly args: readonly unknown[] };

export function complete(op: string, translation: PartialTranslation): Translation {
  return { op, forever: true, finish: (value) => value, ...translation };
}
