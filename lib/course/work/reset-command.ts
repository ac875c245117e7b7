/** `npm run reset`: an exercise back to its start, or to a backup. The work is done in reset.ts. */
import { parseArgs } from "node:util";
import { courseRoot, timestamp, workFolder } from "./places";
import {
  allBackups,
  type Course,
  exerciseNames,
  findFile,
  nameOf,
  ResetError,
  reset,
  resettable,
  restore,
} from "./reset";

const help = `npm run reset -- <exercise>

Puts an exercise back as the course has it. What your file held is kept in work/backups/, and the command says where.

  npm run reset -- 01-slug/name                    that exercise; the bare name will do where only one has it
  npm run reset -- 01-slug.ipynb                   a chapter's notebook
  npm run reset -- --list                          all exercises
  npm run reset -- --backups [exercise]            the backups there are, newest first
  npm run reset -- <exercise> --restore <backup>   the backup back again; "latest" is the newest one
  npm run reset -- --all --yes                     every exercise (your notebooks and progress stay)
`;

const options = {
  all: { type: "boolean" },
  yes: { type: "boolean" },
  list: { type: "boolean" },
  backups: { type: "boolean" },
  restore: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Print = (line: string) => void;

/** Runs the command; returns its exit status. */
export function resetCommand(
  args: readonly string[],
  course: Course = thisCourse(),
  print: Print = console.log,
): number {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const { root, work } = course;
    if (values.help) print(help);
    else if (values.list) for (const name of exerciseNames(root)) print(name);
    else if (values.backups) listBackups(course, positionals, print);
    else if (values.all) resetAll(course, values.yes === true, print);
    else if (positionals.length === 0) {
      print(help);
      return 2;
    } else if (values.restore !== undefined) {
      if (positionals.length !== 1) throw new ResetError("--restore needs the name of one exercise.");
      const path = findFile(root, positionals[0]);
      tell(path, restore(path, values.restore, course), `holds the backup ${values.restore} again`, work, print);
    } else {
      for (const path of positionals.map((name) => findFile(root, name)))
        tell(path, reset(path, course), "is at its start again", work, print);
    }
    return 0;
  } catch (error) {
    const isUsage = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
    if (!isUsage && !(error instanceof ResetError)) throw error;
    print(isUsage ? `${error.message}\n\n${help}` : error.message);
    return isUsage ? 2 : 1;
  }
}

function resetAll(course: Course, confirmed: boolean, print: Print): void {
  const paths = resettable(course.root).filter((path) => path.startsWith("exercises/"));
  if (!confirmed)
    throw new ResetError(
      `This puts all ${paths.length} files of the exercises back. If you mean it: npm run reset -- --all --yes`,
    );
  for (const path of paths) {
    const place = reset(path, course);
    if (place !== null) tell(path, place, "is at its start again", course.work, print);
  }
  print(`All ${paths.length} files of the exercises are as the course has them.`);
}

function listBackups({ root, work }: Course, names: readonly string[], print: Print): void {
  const paths = names.map((name) => findFile(root, name));
  const backups = allBackups(root, work).filter(({ path }) => paths.length === 0 || paths.includes(path));
  if (backups.length === 0) print("There are no backups.");
  for (const { path, timestamp } of backups) print(`${timestamp}  ${nameOf(path)}`);
  if (backups.length > 0) print("To put one back: npm run reset -- <exercise> --restore <backup>");
}

function tell(path: string, place: string | null, what: string, work: string, print: Print): void {
  print(`${nameOf(path)} ${what}.`);
  if (place !== null) print(`What it held until now is in ${work}/${place}`);
}

function thisCourse(): Course {
  const root = courseRoot();
  return { root, work: workFolder(root), timestamp: timestamp(new Date()) };
}

if (require.main === module) process.exitCode = resetCommand(process.argv.slice(2));
