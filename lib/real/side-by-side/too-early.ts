/** Was a connection refused because its server began to listen only later in the same run? */
import { isDeepStrictEqual } from "node:util";
import type { Run, SystemCallRecord } from "../../sys";

const CONNECTS: ReadonlySet<string> = new Set(["connect", "sendto", "sendmsg"]);

export function wasTooEarly(record: SystemCallRecord, run: Run): boolean {
  const { name, args, error, enter } = record;
  const refused = error?.code === "ECONNREFUSED" || error?.code === "ENOENT";
  if (!refused || !CONNECTS.has(name)) return false;
  const address = name === "sendto" ? args[3] : name === "connect" ? args[1] : (args[1] as { name?: unknown }).name;
  const place = placeOf(address);
  return run.calls.some((bind) => {
    if (bind.name !== "bind" || bind.error || !isDeepStrictEqual(placeOf(bind.args[1]), place)) return false;
    // A datagram socket can be reached once it is bound; a stream socket once it listens.
    const listen = run.calls.find(
      (call) => call.name === "listen" && call.pid === bind.pid && call.args[0] === bind.args[0],
    );
    return ((listen ?? bind).exit ?? Number.POSITIVE_INFINITY) > enter;
  });
}

/** What of an address says where: its family may be left out. */
function placeOf(address: unknown): unknown {
  const { path, port } = (address ?? {}) as { path?: string; port?: number };
  return path ?? port;
}
