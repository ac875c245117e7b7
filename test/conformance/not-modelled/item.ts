/** An item of a list of what is not modelled, and why it has no program. */
export interface Item {
  /** Names in differences.ts. */
  readonly shownBy?: readonly string[];
  readonly reason?: string;
}

export interface List {
  /** By the words of the list. */
  readonly items: Readonly<Record<string, Item>>;
  readonly where: string;
}

export const shown = (...names: string[]): Item => ({ shownBy: names });
export const because = (reason: string): Item => ({ reason });

export const WIRE = because("no call tells of it: it is seen on a wire, and capturing there takes a privilege");
export const CARD = because("it belongs to a card, and a test has none of its own");
export const PRIVILEGE = because("it takes a privilege on the real machine");
export const NO_CALL = because("no call of the table asks for it or tells of it");
export const CHANCE = because("on the real machine it is a matter of time and chance, for which a test may not ask");
export const SAME_RUNNER = because(
  "the linux kernel of this course doesn't do it either, so the two can't be compared",
);
export const AS_ROOT = because("whether it shows depends on who runs the test: root may everything");
