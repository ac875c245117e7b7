/** TCP state by state: segment in, segment out, state. `S` SYN, `F` FIN, `R` RST, `P` PSH, `.` ACK; numbers count from the SYN. */
import { describe, expect, it } from "vitest";
import { closeConnection, sendFin } from "../../../lib/net/tcp/close/close";
import { activeOpen } from "../../../lib/net/tcp/open/active-open";
import { ACK, RST, SYN } from "../../../lib/net/tcp/segment";
import { push } from "../../../lib/net/tcp/send/output";
import { add } from "../../../lib/net/tcp/sequence";
import { type End, type Fate, Wire } from "./wire";

function write(end: End, size: number): void {
  const data = new Uint8Array(size);
  for (let done = 0; done < size; ) done += end.tcb.sendQueue.append(data, done, size - done, 1448, false);
  end.tcb.sendQueue.markPush();
  push(end.tcb);
}

/** Both open at the same time: the handshake that needs no listener. */
function open(fate?: Fate): Wire {
  const wire = new Wire();
  activeOpen(wire.alice.tcb, 1500);
  activeOpen(wire.bob.tcb, 1500);
  wire.run(100);
  wire.said();
  if (fate !== undefined) wire.fate = fate;
  return wire;
}

const states = ({ alice, bob }: Wire) => [alice.tcb.state, bob.tcb.state];

describe("opening", () => {
  it("both at once: SYN, SYN, then a SYN-ACK from each (RFC 9293 figure 7)", () => {
    const wire = new Wire();
    activeOpen(wire.alice.tcb, 1500);
    activeOpen(wire.bob.tcb, 1500);
    expect(states(wire)).toEqual(["SYN_SENT", "SYN_SENT"]);
    wire.run(10);
    expect(states(wire)).toEqual(["SYN_RECV", "SYN_RECV"]);
    wire.run(50);
    expect(states(wire)).toEqual(["ESTABLISHED", "ESTABLISHED"]);
    // Each SYN-ACK is also the peer's SYN once more, and a duplicate is acknowledged.
    expect(wire.said()).toEqual([
      "alice S 0:0",
      "bob S 0:0",
      "bob S. 0:0 ack 1",
      "alice S. 0:0 ack 1",
      "alice . 1:1 ack 1",
      "bob . 1:1 ack 1",
    ]);
  });

  it("no answer: 1, 1, 1, 1, 1, 2, 4, 8, 16, 32 s apart, ETIMEDOUT after 131 s (tcp_syn_linear_timeouts)", () => {
    const wire = new Wire(() => []);
    const { alice } = wire;
    const times: number[] = [];
    wire.fate = () => {
      times.push(wire.clock.now() / 1e9);
      return [];
    };
    activeOpen(alice.tcb, 1500);
    wire.run(130_999);
    expect(times).toEqual([0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67]);
    expect(alice.tcb.state).toBe("SYN_SENT");
    wire.run(1);
    expect(alice.tcb.state).toBe("CLOSED");
    expect(alice.pendingError?.code).toBe("ETIMEDOUT");
    expect(wire.clock.pending).toBe(0);
  });

  it("a RST that answers the SYN: ECONNREFUSED; one without ACK is ignored (RFC 9293 3.10.7.3)", () => {
    const wire = new Wire(() => []);
    const { alice } = wire;
    activeOpen(alice.tcb, 1500);
    wire.inject(alice, { flags: RST });
    expect(alice.tcb.state).toBe("SYN_SENT");
    wire.inject(alice, { flags: RST | ACK, ack: add(alice.tcb.snd.iss, 1) });
    expect(alice.pendingError?.code).toBe("ECONNREFUSED");
  });
});

describe("data", () => {
  it("the first segments are acknowledged at once", () => {
    const wire = open();
    write(wire.alice, 10);
    wire.run(50);
    expect(wire.said()).toEqual(["alice P. 1:11 ack 1", "bob . 1:1 ack 11"]);
  });

  it("Nagle: a small segment waits while another small one is on its way (RFC 9293 3.7.4)", () => {
    const wire = open();
    write(wire.alice, 10);
    write(wire.alice, 10);
    write(wire.alice, 10);
    wire.run(5);
    expect(wire.said()).toEqual(["alice P. 1:11 ack 1"]);
    wire.run(40);
    expect(wire.said()).toEqual(["bob . 1:1 ack 11", "alice P. 11:31 ack 1", "bob . 1:1 ack 31"]);
  });

  it("a lost segment is sent again after srtt + 200 ms, then twice that (RFC 6298 5.5)", () => {
    const wire = open();
    write(wire.alice, 10);
    wire.run(100);
    const times: number[] = [];
    const begin = wire.clock.now();
    wire.fate = (_from, segment) => {
      if (segment.size > 0) times.push(Math.round((wire.clock.now() - begin) / 1e6));
      return [];
    };
    const rto = wire.alice.tcb.rtt.rto / 1e6;
    write(wire.alice, 10);
    wire.run(3000);
    expect(rto).toBe(211.25);
    expect(times).toEqual([0, 212, 424, 848, 1696]);
    expect(wire.alice.tcb.congestionWindow.cwnd).toBe(1);
  });

  it("three segments arrive behind a gap: the lost one is sent again at once (RFC 6675)", () => {
    let lost = false;
    const wire = open((_from, segment) => {
      if (!lost && segment.size > 0) {
        lost = true;
        return [];
      }
      return [10_000_000];
    });
    write(wire.alice, 5 * 1448);
    wire.run(19);
    expect(wire.said().filter((line) => line.startsWith("bob"))).toHaveLength(4);
    wire.run(2);
    expect(wire.said()).toEqual(["alice . 1:1449 ack 1"]);
    expect(wire.alice.tcb.recovery).toBe("Recovery");
    wire.run(100);
    expect(wire.bob.read()).toHaveLength(5 * 1448);
    expect(wire.alice.tcb.recovery).toBe("Open");
  });

  it("a shut window is probed until it opens (RFC 9293 3.8.6.1)", () => {
    const wire = open();
    write(wire.alice, 200_000);
    wire.run(1000);
    expect(wire.alice.tcb.snd.wnd).toBeLessThan(1448);
    wire.said();
    wire.run(4000);
    expect(wire.said().length).toBeGreaterThan(2);
    expect(wire.alice.tcb.state).toBe("ESTABLISHED");
    let read = 0;
    for (let i = 0; i < 20; i++) {
      read += wire.bob.read().length;
      wire.run(2000);
    }
    expect(read).toBe(200_000);
  });

  it("nothing comes back: given up after 924.6 s (tcp_retries2 = 15)", () => {
    const wire = open(() => []);
    write(wire.alice, 10);
    wire.run(900_000);
    expect(wire.alice.tcb.state).toBe("ESTABLISHED");
    wire.run(200_000);
    expect(wire.alice.pendingError?.code).toBe("ETIMEDOUT");
  });
});

describe("strangers", () => {
  it("a RST resets only with the very number; in the window it is challenged (RFC 5961 3.2)", () => {
    const wire = open();
    const { alice } = wire;
    wire.inject(alice, { flags: RST, seq: add(alice.tcb.rcv.nxt, 100) });
    expect(wire.said()).toEqual(["alice . 1:1 ack 1"]);
    wire.inject(alice, { flags: RST, seq: add(alice.tcb.rcv.nxt, 10_000_000) });
    expect(wire.said()).toEqual([]);
    expect(alice.tcb.state).toBe("ESTABLISHED");
    wire.inject(alice, { flags: RST, seq: alice.tcb.rcv.nxt });
    expect(alice.pendingError?.code).toBe("ECONNRESET");
  });

  it("a SYN on a connection is challenged (RFC 5961 4.2)", () => {
    const wire = open();
    wire.inject(wire.alice, { flags: SYN, seq: wire.alice.tcb.rcv.nxt });
    expect(wire.said()).toEqual(["alice . 1:1 ack 1"]);
    expect(wire.alice.tcb.state).toBe("ESTABLISHED");
  });
});

describe("closing", () => {
  it("one side first: FIN_WAIT2 and CLOSE_WAIT, then TIME_WAIT and CLOSED (RFC 9293 figure 12)", () => {
    const wire = open();
    sendFin(wire.alice.tcb);
    expect(states(wire)).toEqual(["FIN_WAIT1", "ESTABLISHED"]);
    // The FIN's acknowledgement waits for an answer to ride on.
    wire.run(70);
    expect(states(wire)).toEqual(["FIN_WAIT2", "CLOSE_WAIT"]);
    sendFin(wire.bob.tcb);
    expect(wire.bob.tcb.state).toBe("LAST_ACK");
    wire.run(50);
    expect([wire.alice.timeWait, wire.bob.tcb.state]).toEqual([true, "CLOSED"]);
  });

  it("both at once: CLOSING on both sides (RFC 9293 figure 13)", () => {
    const wire = open();
    sendFin(wire.alice.tcb);
    sendFin(wire.bob.tcb);
    wire.run(10);
    expect(states(wire)).toEqual(["CLOSING", "CLOSING"]);
    wire.run(50);
    expect([wire.alice.timeWait, wire.bob.timeWait]).toEqual([true, true]);
  });

  it("with unread data: a RST instead of a FIN (RFC 2525 2.17)", () => {
    const wire = open();
    write(wire.alice, 10);
    wire.run(50);
    wire.said();
    closeConnection(wire.bob.tcb, "orderly");
    expect(wire.said()).toEqual(["bob R. 1:1 ack 11"]);
    wire.run(50);
    expect(wire.alice.pendingError?.code).toBe("ECONNRESET");
  });
});
