/**
 * What a call is about, in words that are the same on every kernel: its name, the thing that its descriptor leads to, which client
 * was accepted, what a datagram said. By these words its like is found on the other kernel.
 */
import type { SystemCallName, SystemCallRecord } from "../../sys";
import { datagrams } from "../differences/rule";
import { takesDescriptor } from "./facts";
import type { Reading } from "./reading";
import type { SameThings } from "./same-things";
import { moved } from "./streams";

/** Calls that make a thread or process, and calls that name one in their first argument. */
const MAKES: ReadonlySet<SystemCallName> = new Set<SystemCallName>(["fork", "pthread_create"]);
const NAMES: ReadonlySet<SystemCallName> = new Set<SystemCallName>(["waitpid", "pthread_join", "kill", "pthread_kill"]);

export class Identity {
  constructor(
    private readonly reading: Reading,
    private readonly things: SameThings,
  ) {}

  of(record: SystemCallRecord): string {
    const { name, args } = record;
    const { descriptors } = this.reading;
    if (MAKES.has(name)) return `${name}\n${this.reading.whoIs(Number(record.result))}`;
    if (NAMES.has(name)) return `${name}\n${this.reading.whoIs(Number(args[0]))}`;
    const file = takesDescriptor(name) ? descriptors.of(record) : undefined;
    const words = [name, this.things.nameOf(file) ?? (takesDescriptor(name) ? `number ${args[0]}` : "")];
    if (name === "epoll_ctl") words.push(this.things.nameOf(descriptors.at(record, Number(args[2]))) ?? "");
    if (name.startsWith("accept")) words.push(this.things.nameOf(descriptors.made(record)[0]) ?? "");
    const part = file && datagrams.has(file.kind) ? moved(record) : null;
    if (part) words.push(Buffer.from(part.data).toString("latin1"));
    return words.join("\n");
  }

  /** Is it about a thing that is known on both kernels? */
  hasThing(record: SystemCallRecord): boolean {
    return takesDescriptor(record.name) && this.reading.descriptors.of(record) !== undefined;
  }
}
