/** Sentences about descriptor tables and open file descriptions. */
import { count } from "../html";
import { flagWords } from "../words";
import { fileName, ownerOf, type Sentences } from "./context";

type Type =
  | `fd-table.${"create" | "release"}`
  | `fd.${"install" | "flags" | "remove"}`
  | `file.${"open" | "offset" | "flags" | "release"}`;

export const descriptorSentences: Sentences<Type> = {
  "fd-table.create": ({ copyOf }, before) =>
    copyOf === null
      ? "An empty descriptor table is made."
      : `The descriptor table of ${ownerOf(before, copyOf)} is copied: the copy leads to the same open files.`,
  "fd-table.release": ({ table }, before) => `The descriptor table of ${ownerOf(before, table)} is gone.`,
  "fd.install": ({ table, fd, file }, before) =>
    before.fdTables[table]?.fds[fd]?.file === file
      ? `Descriptor ${fd} in the copy leads to ${fileName(before, file)}.`
      : `Descriptor ${fd} of ${ownerOf(before, table)} now leads to ${fileName(before, file)}.`,
  "fd.flags": ({ table, fd, closeOnExec }, before) =>
    `Descriptor ${fd} of ${ownerOf(before, table)} ${closeOnExec ? "will be closed by execve" : "stays open across execve"}.`,
  "fd.remove": ({ table, fd, file }, before) => {
    const others = (before.files[file]?.refcount ?? 1) - 1;
    const rest =
      others > 0
        ? `; ${others} more lead${others === 1 ? "s" : ""} to open file ${file}`
        : `; it was the last that led to open file ${file}`;
    return `Descriptor ${fd} of ${ownerOf(before, table)} is free again${rest}.`;
  },
  "file.open": ({ file, object, path, flags }) =>
    `An open file description is made: open file ${file}, for ${path ?? object}, ${flagWords(flags)}.`,
  "file.offset": ({ file, offset }, before) =>
    `The offset of ${fileName(before, file)} moves from ${count(before.files[file]?.offset ?? 0)} to ${count(offset)}.`,
  "file.flags": ({ file, flags }, before) => `The flags of ${fileName(before, file)} are now ${flagWords(flags)}.`,
  "file.release": ({ file }, before) => `No descriptor leads to ${fileName(before, file)} any more: it is released.`,
};
