/** The machine's tables of sockets, as this Linux printed them, and what ss printed of the same sockets at the same time. */
import { expect, it } from "vitest";
import { parseInet, parseUnix } from "../../../lib/real/tools/proc-net";
import { ssTable } from "../../../lib/trace/ss-table";

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1BBD 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 1684563 1 ffff8d2e0a8f0000 100 0 0 10 0
   1: 0100007F:E26C 0100007F:1BBD 05 00000000:00000000 03:00001770 00000000     0        0 0 3 ffff8d2e0a8f1000
   2: 0100007F:1BBD 0100007F:E26C 08 00000000:0000000B 00:00000000 00000000     0        0 1684618 1 ffff8d2e0a8f2000 20 4 30 10 -1
   3: 0100007F:E270 0100007F:1BBD 06 00000000:00000000 03:00001770 00000000     0        0 0 3 ffff8d2e0a8f3000`;

const UDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  105: 0100007F:1BC1 00000000:0000 07 00000000:00000340 00:00000000 00000000     0        0 1700676 2 ffff8d2e0a8f4000 0
  105: 0100007F:9F60 0100007F:1BC1 01 00000000:00000000 00:00000000 00000000     0        0 1700685 2 ffff8d2e0a8f5000 0`;

const UNIX = `Num       RefCount Protocol Flags    Type St Inode Path
ffff8d2e01: 00000002 00000000 00010000 0001 01 34001 /tmp/server
ffff8d2e02: 00000003 00000000 00000000 0001 03 34002
ffff8d2e03: 00000002 00000000 00000000 0002 01 34003 @a/name with blanks`;

const withoutEnds = (text: string) => text.replace(/ +$/gm, "");

it("TCP: states, queues and addresses are ss's own", () => {
  const lines = parseInet(TCP, "t");
  expect(ssTable(() => lines.map(({ line }) => line), "-tanH")).toBe(
    withoutEnds(`LISTEN     1      0          127.0.0.1:7101       0.0.0.0:*
FIN-WAIT-2 0      0          127.0.0.1:57964    127.0.0.1:7101
CLOSE-WAIT 11     0          127.0.0.1:7101     127.0.0.1:57964
TIME-WAIT  0      0          127.0.0.1:57968    127.0.0.1:7101 `),
  );
  expect(lines.map(({ inode }) => inode)).toEqual(["1684563", "0", "1684618", "0"]);
});

it("UDP: connected is ESTAB, else UNCONN", () => {
  const lines = parseInet(UDP, "u").map(({ line }) => line);
  expect(lines.map(({ state, receive, peerPort }) => [state, receive, peerPort])).toEqual([
    ["UNCONN", "832", "*"],
    ["ESTAB", "0", "7105"],
  ]);
});

it("Unix: what these files don't hold is said by a dash", () => {
  const lines = parseUnix(UNIX).map(({ line }) => line);
  expect(
    lines.map(({ netid, state, local, localPort, receive, peerPort }) => [
      netid,
      state,
      local,
      localPort,
      receive,
      peerPort,
    ]),
  ).toEqual([
    ["u_str", "LISTEN", "/tmp/server ", "34001", "-", "-"],
    ["u_str", "ESTAB", "* ", "34002", "-", "-"],
    ["u_dgr", "UNCONN", "@a/name with blanks ", "34003", "-", "-"],
  ]);
});
