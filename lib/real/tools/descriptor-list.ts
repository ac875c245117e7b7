/** The descriptors of a run's processes as a list: on the model from its tables, on the real machine from /proc. */
import { O_CLOEXEC } from "../../sys";
import { ssLine } from "../../trace/ss";
import type { SsLine } from "../../trace/ss-columns";
import { openFlags } from "../../trace/strace-values";
import type { FileRow, HostTables } from "../../trace/tables";
import type { DescriptorRow } from "./proc-fd";
import type { ProcessDescriptors, Snapshot } from "./snapshot";

/** Set in every open file of a 64-bit machine, and so says nothing; open(2). */
const O_LARGEFILE = 0o100000;

/** A line for each descriptor; `details` says more of what "socket:[7]" is. */
export function descriptorList(
  processes: readonly ProcessDescriptors[],
  details: ReadonlyMap<string, string> = new Map(),
): string {
  const head = ["fd", "flags", "offset", "leads to"];
  const rows = processes.map(({ descriptors }) =>
    descriptors.map(({ fd, flags, offset, leadsTo }) => [
      String(fd),
      openFlags(flags & ~O_LARGEFILE),
      offset === null ? "-" : String(offset),
      [leadsTo, details.get(leadsTo) ?? ""].join("  ").trimEnd(),
    ]),
  );
  const widths = head.map((title, i) => Math.max(title.length, ...rows.flat().map((row) => row[i].length)));
  const line = (cells: readonly string[]) => `  ${cells.map((cell, i) => cell.padEnd(widths[i])).join("  ")}`.trimEnd();
  return processes.flatMap(({ name }, i) => [name, line(head), ...rows[i].map(line)]).join("\n");
}

/** "socket:[7]" → "tcp LISTEN 127.0.0.1:80", as ss has it. */
export function snapshotDetails({ sockets }: Snapshot): Map<string, string> {
  return new Map(sockets.map(({ inode, line }) => [`socket:[${inode}]`, lineWords(line)]));
}

function lineWords({ netid, state, local, localPort, peer, peerPort }: SsLine): string {
  const place = (address: string, port: string) =>
    address.endsWith(":") ? (port === "*" ? "" : address + port) : address.trim().replace(/^\*$/, "");
  const other = place(peer, peerPort);
  return `${netid} ${state} ${place(local, localPort)}${other === "" ? "" : ` → ${other}`}`.trimEnd();
}

/** The model's processes, in the words of /proc. */
export function modelDescriptors(host: HostTables): ProcessDescriptors[] {
  return Object.values(host.processes).flatMap(({ pid, name, fdTable }) => {
    const table = fdTable === null ? undefined : host.fdTables[fdTable];
    if (pid === 1 || !table) return [];
    const descriptors = Object.values(table.fds).flatMap(({ fd, file, closeOnExec }): DescriptorRow[] => {
      const row = host.files[file];
      if (!row) return [];
      const flags = row.flags | (closeOnExec ? O_CLOEXEC : 0);
      return [{ fd, flags, offset: row.kind === "regular" ? row.offset : null, leadsTo: inProcWords(row) }];
    });
    return [{ name, pid, descriptors }];
  });
}

function inProcWords({ kind, object, path }: FileRow): string {
  const number = /\d+$/.exec(object)?.[0] ?? "";
  if (kind === "pipe" || kind === "socket") return `${kind}:[${number}]`;
  if (kind === "epoll") return "anon_inode:[eventpoll]";
  return path ?? (kind === "device" ? `/dev/${object}` : object);
}

/** The same of the model's sockets. */
export function modelDetails(host: HostTables): Map<string, string> {
  return new Map(
    Object.values(host.sockets).flatMap((socket) => {
      const line = ssLine(host, socket);
      return line === null ? [] : [[socket.object.replace(/^socket (\d+)$/, "socket:[$1]"), lineWords(line)] as const];
    }),
  );
}
