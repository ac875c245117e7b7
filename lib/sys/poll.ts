/** Readiness: poll(2), select(2), epoll(7). Numbers: Linux, include/uapi/asm-generic/poll.h and linux/eventpoll.h. */
export const POLLIN = 0x001;
export const POLLPRI = 0x002;
export const POLLOUT = 0x004;
/** Reported whether asked for or not, as are POLLHUP and POLLNVAL. */
export const POLLERR = 0x008;
export const POLLHUP = 0x010;
export const POLLNVAL = 0x020;
export const POLLRDNORM = 0x040;
export const POLLRDBAND = 0x080;
export const POLLWRNORM = 0x100;
export const POLLWRBAND = 0x200;
/** The peer shut down its writing half. */
export const POLLRDHUP = 0x2000;

/** One entry of poll(2): the kernel fills `revents` in place. */
export interface PollFd {
  fd: number;
  events: number;
  revents?: number;
}

export const EPOLLIN = POLLIN;
export const EPOLLPRI = POLLPRI;
export const EPOLLOUT = POLLOUT;
export const EPOLLERR = POLLERR;
export const EPOLLHUP = POLLHUP;
export const EPOLLRDHUP = POLLRDHUP;
export const EPOLLEXCLUSIVE = 0x1000_0000;
export const EPOLLONESHOT = 0x4000_0000;
/** Edge-triggered. Bit 31: compare with `>>> 0` in mind. */
export const EPOLLET = 0x8000_0000;

export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;

/** What epoll_ctl(2) registers and epoll_wait(2) returns. `data` is the program's own: the kernel hands it back untouched. */
export interface EpollEvent {
  events: number;
  data: number;
}
