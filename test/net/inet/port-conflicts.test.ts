/**
 * Who may have the same port at which addresses: every combination of two sockets, as Linux 6.18 answered (in a network namespace of
 * its own; the linux kernel of this course binds to 127.0.0.1 only, so it can't be asked about 0.0.0.0).
 *
 * A row is what the first socket is bound to, and what it has set; a group of columns what the second wants, and in it a column
 * for what the second has set: nothing, SO_REUSEADDR, SO_REUSEPORT, both. "." may bind (and a stream listen, too), "x" is EADDRINUSE.
 */
import { describe, expect, it } from "vitest";
import {
  AF_INET,
  type InetAddress,
  type Program,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "../../../lib/sys";
import { resultOf } from "../../support/checked-run";
import { attempt } from "../unix/attempt";

const ADDRESSES = ["0.0.0.0", "127.0.0.1", "127.0.0.2"];
const WISHES = [[], [SO_REUSEADDR], [SO_REUSEPORT], [SO_REUSEADDR, SO_REUSEPORT]];

const sharing = `
  0.0.0.0   nothing       xxxx xxxx xxxx
  0.0.0.0   SO_REUSEADDR  x.x. x.x. x.x.
  0.0.0.0   SO_REUSEPORT  xx.. xx.. xx..
  0.0.0.0   both          x... x... x...
  127.0.0.1 nothing       xxxx xxxx ....
  127.0.0.1 SO_REUSEADDR  x.x. x.x. ....
  127.0.0.1 SO_REUSEPORT  xx.. xx.. ....
  127.0.0.1 both          x... x... ....
  127.0.0.2 nothing       xxxx .... xxxx
  127.0.0.2 SO_REUSEADDR  x.x. .... x.x.
  127.0.0.2 SO_REUSEPORT  xx.. .... xx..
  127.0.0.2 both          x... .... x...`;
const besideAListener = `
  0.0.0.0   nothing       xxxx xxxx xxxx
  0.0.0.0   SO_REUSEADDR  xxxx xxxx xxxx
  0.0.0.0   SO_REUSEPORT  xx.. xx.. xx..
  0.0.0.0   both          xx.. xx.. xx..
  127.0.0.1 nothing       xxxx xxxx ....
  127.0.0.1 SO_REUSEADDR  xxxx xxxx ....
  127.0.0.1 SO_REUSEPORT  xx.. xx.. ....
  127.0.0.1 both          xx.. xx.. ....
  127.0.0.2 nothing       xxxx .... xxxx
  127.0.0.2 SO_REUSEADDR  xxxx .... xxxx
  127.0.0.2 SO_REUSEPORT  xx.. .... xx..
  127.0.0.2 both          xx.. .... xx..`;

function* wishing(sys: Sys, type: number, options: readonly number[]): Program<number> {
  const fd = yield* sys.socket(AF_INET, type);
  for (const option of options) yield* sys.setsockopt(fd, SOL_SOCKET, option, 1);
  return fd;
}

/** May the second bind, and if it is a stream, listen? */
function* second(sys: Sys, type: number, options: readonly number[], name: InetAddress): Program<string> {
  const fd = yield* wishing(sys, type, options);
  const outcomes = [yield* attempt(sys.bind(fd, name))];
  if (type === SOCK_STREAM && outcomes[0] === undefined) outcomes.push(yield* attempt(sys.listen(fd, 1)));
  yield* sys.close(fd);
  return outcomes.every((outcome) => outcome === undefined) ? "." : "x";
}

function table(type: number, listening: boolean): string {
  return resultOf(function* (sys) {
    const rows: string[] = [];
    for (const address of ADDRESSES) {
      for (const [wish, options] of WISHES.entries()) {
        const first = yield* wishing(sys, type, options);
        yield* sys.bind(first, { address, port: 0 });
        if (listening) yield* sys.listen(first, 1);
        const { port } = (yield* sys.getsockname(first)) as InetAddress;
        const groups: string[] = [];
        for (const wanted of ADDRESSES) {
          let group = "";
          for (const its of WISHES) group += yield* second(sys, type, its, { address: wanted, port });
          groups.push(group);
        }
        yield* sys.close(first);
        const set = ["nothing", "SO_REUSEADDR", "SO_REUSEPORT", "both"][wish];
        rows.push(`\n  ${address.padEnd(9)} ${set.padEnd(13)} ${groups.join(" ")}`);
      }
    }
    return rows.join("");
  }) as string;
}

describe("who may have the same port", () => {
  it("two TCP sockets", () => expect(table(SOCK_STREAM, false)).toBe(sharing));
  it("a TCP socket beside a listener", () => expect(table(SOCK_STREAM, true)).toBe(besideAListener));
  it("two UDP sockets", () => expect(table(SOCK_DGRAM, false)).toBe(sharing));
});
