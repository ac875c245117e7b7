/** What any port table must do. An exercise's answer is held to the same. */
import { expect } from "vitest";
import { IPV4_ANY, type Ipv4Address, ipv4Address } from "../../../lib/net/addresses";
import {
  FIRST_EPHEMERAL,
  LAST_EPHEMERAL,
  type PortHolder,
  type PortRules,
  type PortTable,
} from "../../../lib/net/inet/port-table";
import type { RandomSource } from "../../../lib/net/network-options";
import { Errno } from "../../../lib/sys";
import { Random } from "../../../lib/world/random";
import { asTest, type Case } from "./cases";

const here = ipv4Address("10.0.0.1");
const alsoHere = ipv4Address("10.0.0.2");

class Holder implements PortHolder {
  local: Ipv4Address = IPV4_ANY;
  readonly localPort = 0;
  readonly remote = IPV4_ANY;
  readonly remotePort = 0;
  readonly options = { reuseAddress: false, reusePort: false };
  listening = false;

  constructor(
    readonly name: string,
    options: { reuseAddress?: boolean; reusePort?: boolean } = {},
  ) {
    Object.assign(this.options, options);
  }
}

/** The port, or the code of the error. */
function bind(table: PortTable, holder: Holder, address: Ipv4Address, port: number): number | string {
  holder.local = address;
  try {
    return table.bind(holder, address, port);
  } catch (error) {
    if (error instanceof Errno) return error.code;
    throw error;
  }
}

export function portTableContract(
  make: (rules: PortRules, random: RandomSource) => PortTable,
  test: Case = asTest,
): void {
  const random = () => new Random(1);

  test("a port belongs to whoever took it first, until it is given back", () => {
    const table = make("tcp", random());
    const first = new Holder("first");
    expect(bind(table, first, here, 80)).toBe(80);
    expect(bind(table, new Holder("second"), here, 80)).toBe("EADDRINUSE");
    table.release(first);
    expect(bind(table, new Holder("third"), here, 80)).toBe(80);
  });

  test("other addresses are other ports, but 0.0.0.0 is in everybody's way", () => {
    const table = make("tcp", random());
    expect(bind(table, new Holder("a"), here, 80)).toBe(80);
    expect(bind(table, new Holder("b"), alsoHere, 80)).toBe(80);
    expect(bind(table, new Holder("c"), IPV4_ANY, 80)).toBe("EADDRINUSE");
    expect(bind(table, new Holder("d"), IPV4_ANY, 81)).toBe(81);
    expect(bind(table, new Holder("e"), here, 81)).toBe("EADDRINUSE");
  });

  test("who was bound to 0.0.0.0 is at one address once it is connected", () => {
    for (const rules of ["tcp", "udp"] as const) {
      const table = make(rules, random());
      const connected = new Holder("connected");
      expect(bind(table, connected, IPV4_ANY, 80)).toBe(80);
      connected.local = here;
      expect(bind(table, new Holder("there"), here, 80)).toBe("EADDRINUSE");
      expect(bind(table, new Holder("elsewhere"), alsoHere, 80)).toBe(80);
    }
  });

  test("SO_REUSEADDR: only if both have it; with TCP not beside a listener", () => {
    const both = { reuseAddress: true };
    for (const rules of ["tcp", "udp"] as const) {
      const table = make(rules, random());
      const first = new Holder("first", both);
      expect(bind(table, first, here, 80)).toBe(80);
      expect(bind(table, new Holder("without"), here, 80)).toBe("EADDRINUSE");
      expect(bind(table, new Holder("with", both), here, 80)).toBe(80);
      first.listening = true;
      expect(bind(table, new Holder("late", both), here, 80)).toBe(rules === "udp" ? 80 : "EADDRINUSE");
    }
  });

  test("SO_REUSEPORT: all must have it", () => {
    const table = make("tcp", random());
    const sharing = (name: string) => new Holder(name, { reusePort: true });
    const first = sharing("first");
    first.listening = true;
    expect(bind(table, first, here, 80)).toBe(80);
    expect(bind(table, sharing("second"), here, 80)).toBe(80);
    expect(bind(table, new Holder("third"), here, 80)).toBe("EADDRINUSE");
  });

  test("two may be bound with SO_REUSEADDR, but only one may listen", () => {
    const table = make("tcp", random());
    const [first, second] = ["first", "second"].map((name) => new Holder(name, { reuseAddress: true }));
    table.bind(first, here, 80);
    table.bind(second, here, 80);
    expect(table.mayListen(first)).toBe(true);
    first.listening = true;
    expect(table.mayListen(second)).toBe(false);
    table.release(first);
    expect(table.mayListen(second)).toBe(true);
  });

  test("port 0: some free port of the ephemeral range", () => {
    const table = make("udp", random());
    const ports = Array.from({ length: 200 }, (_, i) => table.bind(new Holder(`${i}`), IPV4_ANY, 0));
    expect(new Set(ports).size).toBe(200);
    expect(ports.every((port) => port >= FIRST_EPHEMERAL && port <= LAST_EPHEMERAL)).toBe(true);
  });

  test("every port is found, and then there is none", () => {
    const table = make("tcp", random());
    const count = LAST_EPHEMERAL + 1 - FIRST_EPHEMERAL;
    for (let port = FIRST_EPHEMERAL; port <= LAST_EPHEMERAL; port++) {
      if (port !== 40_000) table.bind(new Holder(`${port}`), IPV4_ANY, port);
    }
    expect(count).toBe(28_232);
    expect(bind(table, new Holder("last"), IPV4_ANY, 0)).toBe(40_000);
    expect(bind(table, new Holder("none"), IPV4_ANY, 0)).toBe("EADDRINUSE");
  });

  test("connect shares ports with other connections, not with who bound", () => {
    const table = make("tcp", random());
    const taken = table.bindForConnect(new Holder("a"), here, () => true);
    const same = table.bindForConnect(new Holder("b"), here, (port) => port === taken);
    expect(same).toBe(taken);
    expect(bind(table, new Holder("bound"), here, taken)).toBe("EADDRINUSE");
    const bound = new Holder("first");
    table.bind(bound, here, 50_000);
    expect(() => table.bindForConnect(new Holder("c"), here, (port) => port === 50_000)).toThrow();
  });

  test("an accepted connection keeps its listener's port taken", () => {
    const table = make("tcp", random());
    const listener = new Holder("listener", { reuseAddress: true });
    table.bind(listener, here, 80);
    const accepted = new Holder("accepted", { reuseAddress: true });
    table.share(accepted, here, 80);
    table.release(listener);
    expect(bind(table, new Holder("without"), here, 80)).toBe("EADDRINUSE");
    expect(bind(table, new Holder("with", { reuseAddress: true }), here, 80)).toBe(80);
    table.release(accepted);
  });
}
