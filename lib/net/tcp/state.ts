/**
 * The states of a connection.
 *
 *     CLOSED → SYN_SENT ─────────────→ ESTABLISHED → FIN_WAIT1 → FIN_WAIT2 → TIME_WAIT → CLOSED
 *     CLOSED → LISTEN → SYN_RECV ─────↗     ↘           ↘→ CLOSING ─────────↗
 *                                        CLOSE_WAIT → LAST_ACK → CLOSED
 *
 * The names are those of Linux and of ss(8); the numbers are what TCP_INFO reports.
 *
 * Source: RFC 9293 section 3.3.2; include/net/tcp_states.h.
 */
const numbers = {
  ESTABLISHED: 1,
  SYN_SENT: 2,
  SYN_RECV: 3,
  FIN_WAIT1: 4,
  FIN_WAIT2: 5,
  TIME_WAIT: 6,
  CLOSED: 7,
  CLOSE_WAIT: 8,
  LAST_ACK: 9,
  LISTEN: 10,
  CLOSING: 11,
} as const;

export type TcpState = keyof typeof numbers;

/** As in `tcpi_state`. */
export function stateNumber(state: TcpState): number {
  return numbers[state];
}

/** Is the handshake under way? */
export function isOpening(state: TcpState): boolean {
  return state === "SYN_SENT" || state === "SYN_RECV";
}

/** Has everything from the peer arrived, its FIN included? */
export function peerHasFinished(state: TcpState): boolean {
  return state === "CLOSE_WAIT" || state === "LAST_ACK" || state === "CLOSING";
}

/** May data still be sent: has the handshake ended, and was no FIN of ours asked for? */
export function maySend(state: TcpState): boolean {
  return state === "ESTABLISHED" || state === "CLOSE_WAIT";
}

/** May the peer still send us data? */
export function mayReceive(state: TcpState): boolean {
  return state === "ESTABLISHED" || state === "FIN_WAIT1" || state === "FIN_WAIT2";
}
