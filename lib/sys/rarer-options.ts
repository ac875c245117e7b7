/** Socket options that few programs ask for: socket(7), tcp(7), unix(7). The common ones are in socket.ts. */

/** Read only: a `PeerCredentials`, who had the other end of a Unix connection when it was made; unix(7). */
export const SO_PEERCRED = 17;
/** Read only: a number of 64 bits that no other socket of the machine has; EINVAL into less than eight bytes; socket(7). */
export const SO_COOKIE = 57;
/** Kept and given back, without effect here: large sends needn't be copied; send(2). */
export const SO_ZEROCOPY = 60;
/** 0 to 3: is SO_SNDBUF (1), is SO_RCVBUF (2) fixed, and no longer tuned? */
export const SO_BUF_LOCK = 72;
/** Kept and given back, without effect here: another way through the network after a timeout; TCP only. */
export const SO_TXREHASH = 74;
/** The largest window to offer, in bytes, at least 1,152; 0, before there is a connection: no limit; tcp(7). */
export const TCP_WINDOW_CLAMP = 10;

/** The value of SO_PEERCRED; pid 0 and the others -1 where there is no such peer; unix(7). */
export interface PeerCredentials {
  /** Its process. */
  pid: number;
  /** Its user. */
  uid: number;
  /** Its group. */
  gid: number;
}
