/**
 * Why a name has no address: the errors of getaddrinfo(3).
 *
 * They are no `errno`s: name resolution is a library's work, not a system call, and has a list of failures of its own.
 *
 * Source: getaddrinfo(3), gai_strerror(3); numbers and words are glibc's (resolv/netdb.h, posix/gai_strerror-strs.h).
 */

const GAI_ERRORS = {
  /** The name is unknown, and whoever said so should know. */
  EAI_NONAME: [-2, "Name or service not known"],
  /** Nobody answered, or the servers couldn't find out: it may work later. */
  EAI_AGAIN: [-3, "Temporary failure in name resolution"],
  /** A name server answered nonsense, or doesn't like the question. */
  EAI_FAIL: [-4, "Non-recoverable failure in name resolution"],
  /** The name exists but has no address of this kind. */
  EAI_NODATA: [-5, "No address associated with hostname"],
} as const;

/** EAI_NONAME, EAI_AGAIN, …; getaddrinfo(3). */
export type GaiCode = keyof typeof GAI_ERRORS;

/** A name that couldn't be resolved; gai_strerror(3) has the words. */
export class GaiError extends Error {
  /** glibc's number, for example -2. */
  readonly errno: number;

  constructor(
    /** "EAI_NONAME", "EAI_AGAIN", … */
    readonly code: GaiCode,
    /** The name that was asked for. */
    readonly hostname: string,
  ) {
    const [errno, words] = GAI_ERRORS[code];
    super(`getaddrinfo: ${code} ${hostname} (${words})`);
    this.name = "GaiError";
    this.errno = errno;
  }
}
