/** The same for the network: are its tables, rebuilt from the trace, what its sockets, timers and counters really hold? */
import { expect } from "vitest";
import type { ModelKernel } from "../../lib/kernel";
import { networkOf } from "../../lib/net/network";
import { controlOf } from "../../lib/net/tcp/info/tcb-snapshot";
import { unacknowledgedNumbers } from "../../lib/net/tcp/socket/socket-queues";
import { TcpSocket } from "../../lib/net/tcp/socket/tcp-socket";
import type { WorldTables } from "../../lib/trace/tables";
import { networkTables } from "../../lib/trace/tables/network";
import { tcpTables } from "../../lib/trace/tables/tcp";

/** TCP sockets that some descriptor leads to. */
function tcpSockets(kernel: ModelKernel): TcpSocket[] {
  return [...kernel.openFiles].flatMap(({ object }) => (object instanceof TcpSocket ? [object] : []));
}

function live(socket: TcpSocket) {
  const { tcb, listener, options } = socket;
  const { timers } = tcb;
  return {
    control: controlOf(tcb),
    sendUsed: unacknowledgedNumbers(tcb),
    sendSize: options.sendBuffer,
    receiveSize: options.receiveBuffer,
    waiting: listener?.queues.length ?? null,
    most: listener?.backlog ?? null,
    requests: listener?.queues.requests ?? 0,
    timers: {
      retransmit: timers.retransmitPending,
      probe: timers.probePending,
      reordering: timers.reorderingPending,
      "tail loss probe": timers.tailProbePending,
      "delayed ack": timers.delayedAckPending,
      keepalive: timers.keepalivePending,
    },
  };
}

function traced(world: WorldTables, host: string, { name, listening }: TcpSocket): ReturnType<typeof live> {
  const tables = world.hosts[host];
  const row = tables.sockets[name];
  const { connections, requests } = tcpTables(tables);
  const { object: _object, segmentsOut: _a, segmentsIn: _b, dataSegmentsOut: _c, ...rest } = connections[name];
  const { dataSegmentsIn: _d, bytesSent: _e, bytesAcknowledged: _f, bytesReceived: _g, ...control } = rest;
  const runs = (timer: string) => `${name} ${timer}` in networkTables(tables).timers;
  return {
    control,
    sendUsed: row.sendUsed,
    sendSize: row.sendSize,
    receiveSize: row.receiveSize,
    waiting: listening ? row.backlog : null,
    most: listening ? row.backlogLimit : null,
    requests: Object.values(requests).filter(({ object }) => object === name).length,
    timers: {
      retransmit: runs("retransmit"),
      probe: runs("probe"),
      reordering: runs("reordering"),
      "tail loss probe": runs("tail loss probe"),
      "delayed ack": runs("delayed ack"),
      keepalive: runs("keepalive"),
    },
  };
}

export function expectSameNetworkTables(kernel: ModelKernel, tables: WorldTables): void {
  for (const socket of tcpSockets(kernel)) expect(traced(tables, kernel.host, socket)).toEqual(live(socket));
  const { drops, interfaces } = networkTables(tables.hosts[kernel.host]);
  const network = networkOf(kernel);
  expect(drops).toEqual(Object.fromEntries(network.drops));
  for (const device of network.devices.values())
    expect(interfaces[device.name].queued).toBe(network.ethernet.waitingFor(device));
}
