/**
 * How large a segment may be: its maximum segment size (MSS), payload in bytes.
 *
 * Each side says in its SYN how large a segment it takes. What is sent is the smaller of that and of what the path's MTU leaves, less the
 * options that every segment carries, and never more than half of the peer's window.
 *
 * Source: RFC 9293 section 3.7.1, RFC 6691; tcp_sync_mss and tcp_bound_to_half_wnd in net/ipv4/tcp_output.c.
 */
import { MAX_OPTIONS_LENGTH, TIMESTAMPS_LENGTH } from "../header-options";
import type { Tcb } from "../tcb";

/**
 * RFC 9293 3.7.1, MUST-15: "If an MSS Option is not received at connection setup, TCP implementations MUST assume a default send MSS of
 * 536".
 */
export const DEFAULT_MSS = 536;
/** The SACK option without its blocks, filled up to whole words (TCPOLEN_SACK_BASE_ALIGNED). */
const SACK_BASE_LENGTH = 4;
/** IP and TCP header without options. */
const HEADERS = 40;
/** TCP_MIN_MSS: the smallest that a program may set, and that counts as a full segment. */
export const MIN_MSS = 88;
/** The smallest payload that Linux goes down to (net.ipv4.tcp_min_snd_mss). */
const MIN_SEND_MSS = 48;
/** The smallest that is offered, however small the path's MTU (net.ipv4.route.min_adv_mss). */
const LEAST_OFFER = 256;

/** The MSS option that we send on a path with this MTU: options are not counted (RFC 6691). */
export function mssOfMtu(mtu: number): number {
  return mtu - HEADERS;
}

/** Bytes of payload that a segment may carry now (tcp_current_mss). */
export function currentMss(tcb: Tcb): number {
  const gap = tcb.hasGap || tcb.dsack !== null;
  return gap && tcb.sackPermitted ? plainMss(tcb) - lengthOfBlocks(tcb) : plainMss(tcb);
}

/** What SACK blocks take of every segment while something is missing (tcp_established_options). */
function lengthOfBlocks({ runsAhead, dsack, timestamps }: Tcb): number {
  const room = (MAX_OPTIONS_LENGTH - (timestamps ? TIMESTAMPS_LENGTH : 0) - SACK_BASE_LENGTH) >> 3;
  const count = Math.min(runsAhead.length + (dsack === null ? 0 : 1), room);
  return count > 0 ? SACK_BASE_LENGTH + 8 * count : 0;
}

/** What the peer takes in one segment, and the path. */
export function wholeMss({ snd, timestamps }: Tcb): number {
  return snd.mss - (timestamps ? TIMESTAMPS_LENGTH : 0);
}

/** The same for a segment without SACK blocks (mss_cache). */
export function plainMss(tcb: Tcb): number {
  const mss = wholeMss(tcb);
  // Never more than half of the peer's window: else a single segment fills it, and each waits for an acknowledgement.
  const cutoff = halfOfWindow(tcb);
  return Math.max(cutoff > 0 ? Math.min(mss, cutoff) : mss, MIN_SEND_MSS);
}

/** Half of the largest window that the peer has offered, or all of a small one (tcp_bound_to_half_wnd). */
function halfOfWindow({ snd: { maxWnd } }: Tcb): number {
  return maxWnd > DEFAULT_MSS ? maxWnd >> 1 : maxWnd;
}

/** Has it told what it takes, in a SYN of its own? Its window may be shut. */
export function peerHasSpoken({ snd, delivered }: Tcb): boolean {
  return snd.maxWnd > 0 || delivered > 0;
}

/** What TCP_MAXSEG tells (mss_cache): before the peer has said what it takes, it counts on the least, and on timestamps. */
export function toldMss(tcb: Tcb): number {
  if (peerHasSpoken(tcb)) return plainMss(tcb);
  if (!tcb.used) return DEFAULT_MSS;
  return (tcb.settings.userMss || DEFAULT_MSS) - (tcb.host.sysctl.tcp_timestamps !== 0 ? TIMESTAMPS_LENGTH : 0);
}

/**
 * How much may stand together in memory and so leave as one run of segments: a whole number of them, and never more than half of the
 * peer's largest window (tcp_xmit_size_goal).
 */
export function sizeGoal(tcb: Tcb, mss: number): number {
  const most = Math.min(tcb.host.largestRun, halfOfWindow(tcb));
  return Math.max(most - (most % mss), mss);
}

/** What we have told the peer, less the timestamps that every segment carries: the payload of its full segments (advmss). */
export function advertisedMss({ rcv, timestamps }: Tcb): number {
  return rcv.offeredMss - (timestamps ? TIMESTAMPS_LENGTH : 0);
}

/** What counts as a full segment before any has come (tcp_initialize_rcv_mss). */
export function initialReceiveMss(tcb: Tcb): number {
  return Math.max(Math.min(advertisedMss(tcb), plainMss(tcb), tcb.rcv.wnd >> 1, DEFAULT_MSS), MIN_MSS);
}

/**
 * The MSS to offer: what the path takes, or less when the program has said so with TCP_MAXSEG. A path that takes very little must cut
 * packets.
 */
export function mssToOffer(mtu: number, userMss: number): number {
  const mss = Math.max(mssOfMtu(mtu), LEAST_OFFER);
  return userMss > 0 ? Math.min(userMss, mss) : mss;
}
