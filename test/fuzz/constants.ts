/** Arguments as TypeScript, numbers by the names of their constants where a call's argument has some. */
import * as sys from "../../lib/sys";
import { Port, Ref } from "./step";

const constants: Readonly<Record<string, unknown>> = { ...sys };
type Family = readonly string[];

const named = (prefix: RegExp): Family => Object.keys(constants).filter((name) => prefix.test(name));
const message = named(/^MSG_/);
const open = named(/^O_(?!.*ACCMODE)/);
const type = named(/^SOCK_/);
const level: Family = ["SOL_SOCKET", "SOL_TCP"];
const families: Family = ["AF_UNSPEC", "AF_UNIX", "AF_INET"];

/** By call: the flags in each argument. */
const flags: Readonly<Record<string, Readonly<Record<number, Family>>>> = {
  open: { 1: open },
  pipe2: { 0: open },
  dup3: { 2: open },
  socket: { 0: ["AF_INET", "AF_UNIX"], 1: type },
  socketpair: { 0: ["AF_UNIX"], 1: type },
  accept4: { 1: type },
  send: { 2: message },
  sendto: { 2: message },
  sendmsg: { 2: message },
  recv: { 2: message },
  recvfrom: { 2: message },
  recvmsg: { 2: message },
  shutdown: { 1: named(/^SHUT_/) },
  epoll_ctl: { 1: named(/^EPOLL_CTL_/) },
  fcntl: { 1: named(/^F_/) },
  ioctl: { 1: named(/^FIO|^SIOC/) },
  getsockopt: { 1: level, 2: named(/^SO_/) },
  setsockopt: { 1: level, 2: named(/^SO_/) },
  // Options have other names on another level.
  "getsockopt TCP": { 1: level, 2: named(/^TCP_/) },
  "setsockopt TCP": { 1: level, 2: named(/^TCP_/) },
};
const events = { poll: named(/^POLL[A-Z]+$/), epoll_ctl: named(/^EPOLL(?!_)/) } as const;

export function show(value: unknown, call: string, at: number, reference: (ref: Ref) => string): string {
  const inside = (item: unknown): string => show(item, call, -1, reference);
  if (value instanceof Ref) return reference(value);
  if (value instanceof Uint8Array) return bytesWords(value);
  if (value instanceof Set) return `new Set([${[...value].map(inside).join(", ")}])`;
  if (Array.isArray(value)) return `[${value.map(inside).join(", ")}]`;
  if (typeof value === "number") return bitsWords(value, at === -1 ? undefined : flags[call]?.[at]);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if ("port" in value && value.port instanceof Port) return `ports[${value.port.index}]`;
  const fields = Object.entries(value).map(([key, field]) => {
    if (key === "family" && typeof field === "number") return `family: ${bitsWords(field, families)}`;
    const family = key === "events" ? events[call as keyof typeof events] : undefined;
    return `${key}: ${family !== undefined && typeof field === "number" ? bitsWords(field, family) : inside(field)}`;
  });
  return `{ ${fields.join(", ")} }`;
}

function bytesWords(value: Uint8Array): string {
  if (value.length <= 10) return `bytes(${JSON.stringify(sys.text(value))})`;
  return `new Uint8Array(${value.length}).fill(${value[0]})`;
}

function bitsWords(value: number, family: Family | undefined): string {
  if (family === undefined || value < 0) return String(value);
  const exact = family.find((name) => constants[name] === value);
  if (exact !== undefined) return exact;
  let rest = value;
  const words: string[] = [];
  for (const name of family) {
    const bit = Number(constants[name]);
    if (bit === 0 || (rest & bit) >>> 0 !== bit >>> 0) continue;
    rest = (rest & ~bit) >>> 0;
    words.push(name);
  }
  return [...words, ...(rest !== 0 || words.length === 0 ? [String(rest)] : [])].join(" | ");
}
