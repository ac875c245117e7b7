/** A run with a socket of every kind, stuck; afterwards the process must be able to end by itself. teardown.test.ts runs it. */
import { node } from "../../../lib/real/node";
import { AF_INET, AF_UNIX, bytes, type InetAddress, SOCK_DGRAM, SOCK_STREAM, type Sys } from "../../../lib/sys";

function* program(sys: Sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(fd, { address: "127.0.0.1", port: 0 });
  yield* sys.listen(fd, 1);
  const at = (yield* sys.getsockname(fd)) as InetAddress;
  const client = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(client, at);
  const unaccepted = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(unaccepted, at);
  yield* sys.accept(fd);
  const udp = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* sys.bind(udp, { address: "127.0.0.1", port: 0 });
  yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
  yield* sys.write(client, bytes("x"));
  yield* sys.alarm(600);
  yield* sys.read(udp, 1);
}

node.run(program, { timeout: 100 }).then(() => {
  const left = process
    .getActiveResourcesInfo()
    .filter((name) => !["TTYWrap", "PipeWrap", "FSReqCallback", "Immediate"].includes(name));
  console.log(`handles left: ${left.join(", ") || "none"}`);
});
