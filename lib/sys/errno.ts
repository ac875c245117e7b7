/**
 * The errors a system call can fail with.
 *
 * A real kernel returns a small negative number, for example -32; the C library turns it into "-1 and errno = 32". Here an
 * error is one object per code, made once. The kernel throws it (`throw EPIPE`), and the program's side of the trap turns it
 * into a `SystemError` (system-error.ts). Throwing an object that already exists costs no stack capture, so a nonblocking
 * program may meet EAGAIN a million times a second.
 *
 * Source: errno(3); the numbers are those of Linux on x86-64 and arm64 (include/uapi/asm-generic/errno*.h), the words are
 * those of strerror(3) in glibc.
 */
export class Errno {
  constructor(
    /** The symbolic name, for example "EPIPE". */
    readonly code: string,
    /** The positive number, for example 32. */
    readonly number: number,
    /** What strerror(3) says, for example "Broken pipe". */
    readonly message: string,
  ) {}
}

const byCode = new Map<string, Errno>();
const byNumber = new Map<number, Errno>();

/** The type tells code and words, too, so that an editor shows them. */
function define<const Code extends string, const Words extends string>(code: Code, number: number, message: Words) {
  const errno = new Errno(code, number, message);
  byCode.set(code, errno);
  byNumber.set(number, errno);
  return errno as Errno & { readonly code: Code; readonly message: Words };
}

export const EPERM = define("EPERM", 1, "Operation not permitted");
export const ENOENT = define("ENOENT", 2, "No such file or directory");
export const ESRCH = define("ESRCH", 3, "No such process");
export const EINTR = define("EINTR", 4, "Interrupted system call");
export const EIO = define("EIO", 5, "Input/output error");
export const ENXIO = define("ENXIO", 6, "No such device or address");
export const E2BIG = define("E2BIG", 7, "Argument list too long");
export const ENOEXEC = define("ENOEXEC", 8, "Exec format error");
export const EBADF = define("EBADF", 9, "Bad file descriptor");
export const ECHILD = define("ECHILD", 10, "No child processes");
export const EAGAIN = define("EAGAIN", 11, "Resource temporarily unavailable");
export const ENOMEM = define("ENOMEM", 12, "Cannot allocate memory");
export const EACCES = define("EACCES", 13, "Permission denied");
export const EFAULT = define("EFAULT", 14, "Bad address");
export const ENOTBLK = define("ENOTBLK", 15, "Block device required");
export const EBUSY = define("EBUSY", 16, "Device or resource busy");
export const EEXIST = define("EEXIST", 17, "File exists");
export const EXDEV = define("EXDEV", 18, "Invalid cross-device link");
export const ENODEV = define("ENODEV", 19, "No such device");
export const ENOTDIR = define("ENOTDIR", 20, "Not a directory");
export const EISDIR = define("EISDIR", 21, "Is a directory");
export const EINVAL = define("EINVAL", 22, "Invalid argument");
export const ENFILE = define("ENFILE", 23, "Too many open files in system");
export const EMFILE = define("EMFILE", 24, "Too many open files");
export const ENOTTY = define("ENOTTY", 25, "Inappropriate ioctl for device");
export const ETXTBSY = define("ETXTBSY", 26, "Text file busy");
export const EFBIG = define("EFBIG", 27, "File too large");
export const ENOSPC = define("ENOSPC", 28, "No space left on device");
export const ESPIPE = define("ESPIPE", 29, "Illegal seek");
export const EROFS = define("EROFS", 30, "Read-only file system");
export const EMLINK = define("EMLINK", 31, "Too many links");
export const EPIPE = define("EPIPE", 32, "Broken pipe");
export const EDOM = define("EDOM", 33, "Numerical argument out of domain");
export const ERANGE = define("ERANGE", 34, "Numerical result out of range");
export const EDEADLK = define("EDEADLK", 35, "Resource deadlock avoided");
export const ENAMETOOLONG = define("ENAMETOOLONG", 36, "File name too long");
export const ENOSYS = define("ENOSYS", 38, "Function not implemented");
export const ENOTEMPTY = define("ENOTEMPTY", 39, "Directory not empty");
export const ELOOP = define("ELOOP", 40, "Too many levels of symbolic links");
export const ENODATA = define("ENODATA", 61, "No data available");
export const ETIME = define("ETIME", 62, "Timer expired");
export const ENONET = define("ENONET", 64, "Machine is not on the network");
export const EPROTO = define("EPROTO", 71, "Protocol error");
export const EBADMSG = define("EBADMSG", 74, "Bad message");
export const EOVERFLOW = define("EOVERFLOW", 75, "Value too large for defined data type");
export const ENOTSOCK = define("ENOTSOCK", 88, "Socket operation on non-socket");
export const EDESTADDRREQ = define("EDESTADDRREQ", 89, "Destination address required");
export const EMSGSIZE = define("EMSGSIZE", 90, "Message too long");
export const EPROTOTYPE = define("EPROTOTYPE", 91, "Protocol wrong type for socket");
export const ENOPROTOOPT = define("ENOPROTOOPT", 92, "Protocol not available");
export const EPROTONOSUPPORT = define("EPROTONOSUPPORT", 93, "Protocol not supported");
export const ESOCKTNOSUPPORT = define("ESOCKTNOSUPPORT", 94, "Socket type not supported");
export const EOPNOTSUPP = define("EOPNOTSUPP", 95, "Operation not supported");
export const EPFNOSUPPORT = define("EPFNOSUPPORT", 96, "Protocol family not supported");
export const EAFNOSUPPORT = define("EAFNOSUPPORT", 97, "Address family not supported by protocol");
export const EADDRINUSE = define("EADDRINUSE", 98, "Address already in use");
export const EADDRNOTAVAIL = define("EADDRNOTAVAIL", 99, "Cannot assign requested address");
export const ENETDOWN = define("ENETDOWN", 100, "Network is down");
export const ENETUNREACH = define("ENETUNREACH", 101, "Network is unreachable");
export const ENETRESET = define("ENETRESET", 102, "Network dropped connection on reset");
export const ECONNABORTED = define("ECONNABORTED", 103, "Software caused connection abort");
export const ECONNRESET = define("ECONNRESET", 104, "Connection reset by peer");
export const ENOBUFS = define("ENOBUFS", 105, "No buffer space available");
export const EISCONN = define("EISCONN", 106, "Transport endpoint is already connected");
export const ENOTCONN = define("ENOTCONN", 107, "Transport endpoint is not connected");
export const ESHUTDOWN = define("ESHUTDOWN", 108, "Cannot send after transport endpoint shutdown");
export const ETOOMANYREFS = define("ETOOMANYREFS", 109, "Too many references: cannot splice");
export const ETIMEDOUT = define("ETIMEDOUT", 110, "Connection timed out");
export const ECONNREFUSED = define("ECONNREFUSED", 111, "Connection refused");
export const EHOSTDOWN = define("EHOSTDOWN", 112, "Host is down");
export const EHOSTUNREACH = define("EHOSTUNREACH", 113, "No route to host");
export const EALREADY = define("EALREADY", 114, "Operation already in progress");
export const EINPROGRESS = define("EINPROGRESS", 115, "Operation now in progress");
export const ECANCELED = define("ECANCELED", 125, "Operation canceled");

/** EAGAIN and EWOULDBLOCK are one number on Linux; a trace says EAGAIN, as strace does. */
export const EWOULDBLOCK = EAGAIN;

/** The error with this name, or undefined when the name is none of ours. */
export function errnoByCode(code: string): Errno | undefined {
  return byCode.get(code);
}

/** The error with this positive number, or undefined when the number is none of ours. */
export function errnoByNumber(number: number): Errno | undefined {
  return byNumber.get(number);
}
