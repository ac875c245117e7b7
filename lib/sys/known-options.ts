/**
 * Objects with options: a name that doesn't exist is a mistake, and isn't passed over.
 *
 * The compiler finds a misspelt option where the object is written down. In plain JavaScript, or when the object was put together
 * elsewhere, nobody does, and an experiment would run with a default that nobody has asked for.
 */

/** Every option that there is, by its name; written down in full, so that the compiler finds one that is missing here. */
export type OptionNames<Options> = Readonly<Record<keyof Options & string, true>>;

/** Throws a TypeError when `given` has an option that isn't among `known`; it names `where`, and what there is. */
export function checkOptionNames(where: string, given: object, known: Readonly<Record<string, true>>): void {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`${where} takes an object with options, not ${String(given)}`);
  }
  const odd = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (odd === undefined) return;
  throw new TypeError(`${where} has no option "${odd}". There are: ${Object.keys(known).join(", ")}`);
}
