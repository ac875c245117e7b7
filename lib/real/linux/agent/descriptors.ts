/**
 * The agent's descriptor table: which numbers are the program's, and how a table is handed to another process.
 *
 * A Node process has descriptors of its own (event queue, sockets). They would be in the program's way: its first descriptor
 * must be 3, the next free number Linux's own choice, and EMFILE must come when 1,024 are open. So an agent is born with
 * every number below `programDescriptors` occupied by /dev/null; whatever Node opens gets a higher one. When a program starts, the
 * numbers below are given back. When Node needs more (for a new thread), they are occupied again for that moment.
 *
 * fork's copy of the table is made with SCM_RIGHTS: what arrives are descriptors for the *same* open file descriptions, as
 * after a real fork. Source: unix(7), dup(2), getrlimit(2).
 */
import { descriptorLimits, setDescriptorLimit } from "./calls/files";
import { configuration } from "./configuration";
import { check, libc } from "./libc";
import { decodeRights, encodeRights, rightsBuffer, writeMessageHeader } from "./message";
import { encodeVector } from "./vector";

const O_RDONLY = 0;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CLOEXEC = 0o2000000;
const F_GETFD = 1;
const FD_CLOEXEC = 1;
const MSG_CMSG_CLOEXEC = 0x40000000;
/** The kernel takes at most 253 in one message (SCM_MAX_FD). */
const RIGHTS_PER_MESSAGE = 250;

const first = 0;
const end = configuration.programDescriptors;

/** One descriptor of a table: its number, and whether execve closes it. */
export type TableEntry = readonly [fd: number, closeOnExec: boolean];

/** A table on its way to a child. */
export interface PassedTable {
  readonly entries: readonly TableEntry[];
  readonly limit: number;
}

/** Occupies every free number of the program's, and returns which they were. */
function occupyFree(): number[] {
  const taken: number[] = [];
  const nothing = check(libc.open("/dev/null", O_RDWR | O_CLOEXEC, 0));
  if (nothing < end) taken.push(nothing);
  for (;;) {
    const fd = check(libc.dup(nothing));
    if (fd >= end) {
      libc.close(fd);
      break;
    }
    taken.push(fd);
  }
  if (nothing >= end) libc.close(nothing);
  return taken;
}

/** Does something during which Node may open descriptors of its own, out of the program's way. */
export function outOfTheWay<Result>(action: () => Result): Result {
  const { soft, hard } = descriptorLimits();
  setDescriptorLimit(hard);
  const taken = occupyFree();
  try {
    return action();
  } finally {
    for (const fd of taken) libc.close(fd);
    setDescriptorLimit(soft);
  }
}

/** Gives the program an empty table but for 0, 1 and 2. */
export function startProgram(root: string, stdin: string, output: string): void {
  enter(root);
  const input = check(libc.open(stdin, O_RDONLY | O_CLOEXEC, 0));
  const out = check(libc.open(output, O_WRONLY | O_CLOEXEC, 0));
  check(libc.dup2(input, 0));
  check(libc.dup2(out, 1));
  check(libc.dup2(out, 2));
  libc.close(input);
  libc.close(out);
  for (let fd = 3; fd < end; fd++) libc.close(fd);
  setDescriptorLimit(end);
}

function enter(root: string): void {
  check(libc.chdir(root));
  libc.umask(0o022);
}

function table(): TableEntry[] {
  const entries: TableEntry[] = [];
  for (let fd = first; fd < end; fd++) {
    const flags = libc.fcntl(fd, F_GETFD, 0);
    if (flags !== -1) entries.push([fd, (flags & FD_CLOEXEC) !== 0]);
  }
  return entries;
}

/** Sends every descriptor of the program's to another agent. */
export function passTable(inbox: number, to: Uint8Array): PassedTable {
  const { soft, hard } = descriptorLimits();
  const entries = table();
  // The kernel counts descriptors under way against the limit.
  setDescriptorLimit(hard);
  try {
    for (let at = 0; at < entries.length; at += RIGHTS_PER_MESSAGE) {
      const control = encodeRights(entries.slice(at, at + RIGHTS_PER_MESSAGE).map(([fd]) => fd));
      const vector = encodeVector([PAYLOAD]);
      check(libc.sendmsg(inbox, writeMessageHeader({ name: Buffer.from(to), vector, control }), 0));
    }
  } finally {
    setDescriptorLimit(soft);
  }
  return { entries, limit: soft };
}

/** A message must carry at least one byte beside its descriptors. */
const PAYLOAD = Buffer.alloc(64, 1);

/** The other side of `passTable`: afterwards the table here is the same as there. */
export function receiveTable(inbox: number, root: string, { entries, limit }: PassedTable): void {
  enter(root);
  const arrived: number[] = [];
  while (arrived.length < entries.length) {
    const control = rightsBuffer(RIGHTS_PER_MESSAGE);
    const vector = encodeVector([PAYLOAD]);
    const header = writeMessageHeader({ vector, control });
    check(libc.recvmsg(inbox, header, MSG_CMSG_CLOEXEC));
    arrived.push(...decodeRights(control));
  }
  const used = new Set<number>();
  entries.forEach(([fd, closeOnExec], index) => {
    check(libc.dup3(arrived[index], fd, closeOnExec ? O_CLOEXEC : 0));
    libc.close(arrived[index]);
    used.add(fd);
  });
  for (let fd = first; fd < end; fd++) if (!used.has(fd)) libc.close(fd);
  setDescriptorLimit(limit);
}

/** What execve does to a table; the kernel, too, begins at the highest number (task_work_run). */
export function closeForExec(): void {
  for (const [fd, closeOnExec] of [...table()].reverse()) if (closeOnExec) libc.close(fd);
}

/** The program is over: everything it had open is closed, as by exit from the highest number on, and its numbers are occupied again. */
export function clearTable(): void {
  setDescriptorLimit(descriptorLimits().hard);
  check(libc.chdir("/"));
  const nothing = check(libc.open("/dev/null", O_RDWR | O_CLOEXEC, 0));
  for (let fd = end - 1; fd >= first; fd--) if (fd !== nothing) check(libc.dup2(nothing, fd));
  if (nothing >= end) libc.close(nothing);
}
