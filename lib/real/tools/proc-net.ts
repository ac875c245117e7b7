/**
 * The machine's tables of sockets: /proc/net/tcp, udp and unix, one line a socket, numbers in hexadecimal.
 *
 * ss(8) asks by netlink (sock_diag(7)) and is told more: the limit of a listening socket's queue (here from the program's own call of
 * listen), and of Unix sockets their queues and peers, which these files don't hold: a "-" stands there.
 *
 * Source: proc_pid_net(5); net/ipv4/tcp_ipv4.c, `get_tcp4_sock`; net/unix/af_unix.c, `unix_seq_show`.
 */
import type { SsLine } from "../../trace/ss-columns";
import type { SsKind } from "../../trace/ss-table";

/** A socket of this machine, as a line of ss. */
export interface SocketLine {
  readonly kind: SsKind;
  /** "0" for a socket that has no descriptor: not accepted yet, or in TIME-WAIT. */
  readonly inode: string;
  readonly line: SsLine;
}

/** `enum` in include/net/tcp_states.h, from 1 on. UDP uses two of them. */
const STATES = [
  "",
  "ESTAB",
  "SYN-SENT",
  "SYN-RECV",
  "FIN-WAIT-1",
  "FIN-WAIT-2",
  "TIME-WAIT",
  "UNCONN",
  "CLOSE-WAIT",
].concat(["LAST-ACK", "LISTEN", "CLOSING", "SYN-RECV"]);
/** In the flags of /proc/net/unix: listen(2) has been called (__SO_ACCEPTCON). */
const LISTENS = 0x10000;
const UNIX_KINDS: Readonly<Record<number, string>> = { 1: "u_str", 2: "u_dgr", 5: "u_seq" };

/** The lines of /proc/net/tcp or /proc/net/udp. */
export function parseInet(text: string, kind: "t" | "u"): SocketLine[] {
  return linesOf(text).map((fields) => {
    const [, local, peer, state, queues] = fields;
    const [send, receive] = queues.split(":").map((hex) => String(Number.parseInt(hex, 16)));
    const [localPart, peerPart] = [endpoint(local), endpoint(peer)];
    const line: SsLine = {
      netid: kind === "t" ? "tcp" : "udp",
      state: STATES[Number.parseInt(state, 16)] ?? state,
      ...{ receive, send },
      ...{ local: localPart.address, localPort: localPart.port },
      ...{ peer: peerPart.address, peerPort: peerPart.port },
      process: "",
    };
    return { kind, inode: fields[9], line };
  });
}

/** The lines of /proc/net/unix. */
export function parseUnix(text: string): SocketLine[] {
  return linesOf(text).map((fields) => {
    const [, , , flags, type, state, inode, ...words] = fields;
    const path = words.join(" ") || "*";
    const listens = (Number.parseInt(flags, 16) & LISTENS) !== 0;
    const line: SsLine = {
      netid: UNIX_KINDS[Number.parseInt(type, 16)] ?? type,
      state: listens ? "LISTEN" : state === "03" ? "ESTAB" : "UNCONN",
      ...{ receive: "-", send: "-" },
      ...{ local: `${path} `, localPort: inode, peer: "* ", peerPort: "-", process: "" },
    };
    return { kind: "x", inode, line };
  });
}

function linesOf(text: string): string[][] {
  return text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

/** "0100007F:1F90" is 127.0.0.1 and port 8080: the address as it lies in memory, the port as a number. */
function endpoint(hex: string): { address: string; port: string } {
  const [address, port] = hex.split(":");
  const bytes = Buffer.from(address, "hex").reverse();
  return { address: `${[...bytes].join(".")}:`, port: port === "0000" ? "*" : String(Number.parseInt(port, 16)) };
}
