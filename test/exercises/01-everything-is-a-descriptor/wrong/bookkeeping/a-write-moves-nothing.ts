// Misconception: only reading moves the offset.
// Fails: reading and writing move the offset, lseek sets it
// Says: A write moves the offset by the bytes it wrote
export type Step =
  | { call: "open"; returned: number }
  | { call: "read"; fd: number; asked: number; returned: number }
  | { call: "write"; fd: number; returned: number }
  | { call: "lseek"; fd: number; offset: number }
  | { call: "dup"; fd: number; returned: number }
  | { call: "dup2"; fd: number; newfd: number }
  | { call: "close"; fd: number };

interface OpenFileDescription {
  offset: number;
}

export function offsets(steps: readonly Step[]): Map<number, number> {
  const table = new Map<number, OpenFileDescription>();
  const behind = (fd: number): OpenFileDescription => table.get(fd) ?? { offset: 0 };
  for (const step of steps) {
    switch (step.call) {
      case "open":
        table.set(step.returned, { offset: 0 });
        break;
      case "read":
        behind(step.fd).offset += step.returned;
        break;
      case "lseek":
        behind(step.fd).offset = step.offset;
        break;
      case "dup":
        table.set(step.returned, behind(step.fd));
        break;
      case "dup2":
        table.set(step.newfd, behind(step.fd));
        break;
      case "close":
        table.delete(step.fd);
        break;
    }
  }
  return new Map([...table].map(([fd, file]) => [fd, file.offset]));
}
