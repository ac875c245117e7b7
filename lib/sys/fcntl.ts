/** Flags of open(2) and commands of fcntl(2). Numbers: Linux, include/uapi/asm-generic/fcntl.h. */
export const O_RDONLY = 0o0;
export const O_WRONLY = 0o1;
export const O_RDWR = 0o2;
/** Mask of the three access modes above: they are values, not bits. */
export const O_ACCMODE = 0o3;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_DIRECTORY = 0o200000;
export const O_CLOEXEC = 0o2000000;

export const F_DUPFD = 0;
export const F_GETFD = 1;
export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_SETPIPE_SZ = 1031;
export const F_GETPIPE_SZ = 1032;
export const F_DUPFD_CLOEXEC = 1030;
export const FD_CLOEXEC = 1;

/** Where lseek(2) counts from. */
export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;

/** ioctl(2): how many bytes can be read now; ioctl_tty(2), tcp(7), udp(7), pipe(7). */
export const FIONREAD = 0x541b;
/** ioctl(2): set or clear O_NONBLOCK. */
export const FIONBIO = 0x5421;
/** ioctl(2): how many bytes wait in the send queue; tcp(7), unix(7). */
export const SIOCOUTQ = 0x5411;
/** ioctl(2): how many bytes of those were never sent; tcp(7). */
export const SIOCOUTQNSD = 0x894b;
/** ioctl(2): does the next byte to be read stand at the mark of urgent data? tcp(7). */
export const SIOCATMARK = 0x8905;

/** The largest write to a pipe that is never split or mixed with another's, in bytes; pipe(7). */
export const PIPE_BUF = 4096;
