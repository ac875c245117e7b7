/** Readiness: poll(2), select(2), epoll(7). Numbers: Linux, include/uapi/asm-generic/poll.h and linux/eventpoll.h. */

/** There is something to read, or a connection to accept; poll(2). */
export const POLLIN = 0x001;
/** Something exceptional to read, such as urgent data; poll(2). */
export const POLLPRI = 0x002;
/** A write wouldn't have to wait; poll(2). */
export const POLLOUT = 0x004;
/** Reported whether asked for or not, as are POLLHUP and POLLNVAL. */
export const POLLERR = 0x008;
/** The other end is gone: of a pipe its writers, of a socket both directions; poll(2). */
export const POLLHUP = 0x010;
/** The descriptor isn't open; poll(2). */
export const POLLNVAL = 0x020;
/** The same as POLLIN on Linux; poll(2). */
export const POLLRDNORM = 0x040;
/** Never reported for what is modelled; poll(2). */
export const POLLRDBAND = 0x080;
/** The same as POLLOUT on Linux; poll(2). */
export const POLLWRNORM = 0x100;
/** Reported with POLLOUT by datagram and Unix sockets; poll(2). */
export const POLLWRBAND = 0x200;
/** The peer shut down its writing half. */
export const POLLRDHUP = 0x2000;

/** One entry of poll(2): the kernel fills `revents` in place. */
export interface PollFd {
  /** A negative one is passed over. */
  fd: number;
  /** POLL* bits: what to wait for. */
  events: number;
  /** POLL* bits: what is true now. */
  revents?: number;
}

/** POLLIN for epoll(7). */
export const EPOLLIN = POLLIN;
/** POLLPRI for epoll(7). */
export const EPOLLPRI = POLLPRI;
/** POLLOUT for epoll(7). */
export const EPOLLOUT = POLLOUT;
/** POLLERR for epoll(7); reported whether asked for or not. */
export const EPOLLERR = POLLERR;
/** POLLHUP for epoll(7); reported whether asked for or not. */
export const EPOLLHUP = POLLHUP;
/** POLLRDHUP for epoll(7). */
export const EPOLLRDHUP = POLLRDHUP;
/** Of several epoll instances that watch one file not all are woken; epoll_ctl(2). */
export const EPOLLEXCLUSIVE = 0x1000_0000;
/** Reported once, then not again before EPOLL_CTL_MOD; epoll_ctl(2). */
export const EPOLLONESHOT = 0x4000_0000;
/** Edge-triggered. Bit 31: compare with `>>> 0` in mind. */
export const EPOLLET = 0x8000_0000;

/** The instance's descriptor is closed by execve(2); epoll_create1(2). */
export const EPOLL_CLOEXEC = 0o2000000;
/** Watch one descriptor more; EEXIST if it is watched; epoll_ctl(2). */
export const EPOLL_CTL_ADD = 1;
/** Don't watch it any more; ENOENT if it isn't; epoll_ctl(2). */
export const EPOLL_CTL_DEL = 2;
/** Watch it for something else; ENOENT if it isn't watched; epoll_ctl(2). */
export const EPOLL_CTL_MOD = 3;

/** What epoll_ctl(2) registers and epoll_wait(2) returns. `data` is the program's own: the kernel hands it back untouched. */
export interface EpollEvent {
  /** EPOLL* bits. */
  events: number;
  /** Whatever the program wants to find again: often the descriptor. */
  data: number;
}
