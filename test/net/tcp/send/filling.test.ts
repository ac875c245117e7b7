/**
 * How much a connection takes whose peer doesn't read, in portions of one size, until EAGAIN: what counts against SO_SNDBUF is one
 * structure for each run that waits, and runs take in what is written behind them.
 *
 * Linux puts two segments together even where one is as long as a run (tcp_min_tso_segs); here that would be a copy of each, so with
 * segments of 32 KB or more a few cases differ by a run. They aren't among these.
 *
 * The figures are Linux's (6.18, x86-64, CUBIC), over loopback, from a program that calls without a pause.
 * Source: socket(7); tcp_sendmsg_locked, tcp_grow_skb.
 */
import { expect, test } from "vitest";
import {
  AF_INET,
  FIONREAD,
  type InetAddress,
  isSystemError,
  MSG_DONTWAIT,
  type Program,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "../../../../lib/sys";
import { model } from "../../../../lib/world";

/** SO_RCVBUF of the listener and SO_SNDBUF of the client (0: as it is), bytes in each send; taken in all, and FIONREAD at the peer. */
const measured = [
  [0, 0, 100, 2643652, 81092],
  [0, 0, 1000, 2634480, 90864],
  [0, 0, 10000, 2662976, 95808],
  [0, 8192, 100, 81160, 81160],
  [0, 8192, 1000, 91192, 91192],
  [0, 8192, 10000, 95808, 95808],
  [0, 8192, 65536, 80357, 80357],
  [1, 1, 100, 2300, 776],
  [1, 1, 1000, 3728, 1000],
  [1, 1, 10000, 4032, 1152],
  [1, 1, 65536, 4032, 1152],
  [1, 8192, 100, 8264, 776],
  [1, 8192, 1000, 8912, 1000],
  [1, 8192, 10000, 8640, 1152],
  [1, 8192, 65536, 8640, 1152],
  [2304, 16384, 100, 21036, 1452],
  [2304, 16384, 1000, 22736, 2000],
  [2304, 16384, 10000, 23040, 2304],
  [4096, 4608, 100, 7100, 2448],
  [4096, 4608, 1000, 10000, 3000],
  [4096, 4608, 10000, 10240, 4096],
  [4096, 4608, 65536, 10240, 4096],
  [8192, 16384, 100, 37668, 8996],
  [8192, 16384, 1000, 33672, 9096],
  [8192, 16384, 10000, 36384, 10000],
  [8192, 16384, 65536, 36864, 12288],
  [16384, 65536, 100, 132680, 17992],
  [16384, 65536, 10000, 136496, 18192],
  [16384, 65536, 65536, 131072, 24576],
  [65536, 0, 100, 2620860, 80685],
  [65536, 0, 1000, 2634200, 90860],
  [65536, 0, 10000, 2644881, 95423],
  [65536, 65536, 1000, 201440, 90860],
  [200000, 65536, 100, 198166, 198166],
  [200000, 65536, 1000, 214966, 214966],
  [200000, 65536, 10000, 240966, 240966],
  [200000, 65536, 65536, 196555, 196555],
];

function* fill(sys: Sys, receiveBuffer: number, sendBuffer: number, portion: number): Program<number[]> {
  const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
  if (receiveBuffer > 0) yield* sys.setsockopt(listener, SOL_SOCKET, SO_RCVBUF, receiveBuffer);
  yield* sys.bind(listener, { address: "127.0.0.1", port: 0 });
  yield* sys.listen(listener, 1);
  const client = yield* sys.socket(AF_INET, SOCK_STREAM);
  if (sendBuffer > 0) yield* sys.setsockopt(client, SOL_SOCKET, SO_SNDBUF, sendBuffer);
  yield* sys.connect(client, (yield* sys.getsockname(listener)) as InetAddress);
  const server = yield* sys.accept(listener);
  const data = new Uint8Array(portion);
  let taken = 0;
  try {
    for (;;) taken += yield* sys.send(client, data, MSG_DONTWAIT);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EAGAIN") throw error;
  }
  return [taken, yield* sys.ioctl(server, FIONREAD)];
}

test.each(measured)(
  "SO_RCVBUF %i, SO_SNDBUF %i, portions of %i: %i bytes are taken, %i of them have arrived",
  async (receiveBuffer, sendBuffer, portion, taken, arrived) => {
    const run = await model.run((sys) => fill(sys, receiveBuffer, sendBuffer, portion));
    expect(run.processes[0].result).toEqual([taken, arrived]);
  },
);
