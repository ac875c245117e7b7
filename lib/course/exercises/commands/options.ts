/** The commands' arguments: read with Node's own parser, refused with a sentence that says what to do. */
import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

/** Something the person at the keyboard can put right; its message is all that is printed. */
export class UsageError extends Error {}

export function readArguments<O extends Options>(args: readonly string[], options: O, command: string): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/\. To specify a positional.*$/s, ".") : String(error);
    throw new UsageError(`${reason}\n\`npm run ${command} -- --help\` lists what there is.`);
  }
}

/** Runs a command and turns what went wrong into a message and an exit code: 2 for wrong usage, as grep and diff do. */
export function runCommand(command: (args: readonly string[]) => Promise<number>): void {
  command(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const expected = error instanceof Error && (error instanceof UsageError || error.name === "UnknownExercise");
      process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 2;
    },
  );
}
