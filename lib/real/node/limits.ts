/**
 * What the node kernel can't show, because Node hides it: as a list to read, and as the notes of a run in which it matters.
 *
 * Node's API was made for programs that want to get on with their work, and so it decides much for them: when to read, how far ahead, when
 * to bind. A program over system calls asks questions that nobody answers there. This kernel then says so; it makes nothing up.
 */

export interface NodeLimit {
  /** What a program asks for: a call, an option, a kind of socket. */
  readonly asked: string;
  /** The note of a run, one sentence. It begins with the call, so that a difference in that call can be explained by it. */
  readonly note: string;
  /** What Node does in its place, and so what this kernel answers. */
  readonly instead: string;
}

const limit = (asked: string, note: string, instead: string): NodeLimit => ({ asked, note, instead });

export const nodeLimits = {
  bind: limit(
    "the port that bind chose for 0; EADDRINUSE at bind",
    "getsockname: Node chooses the port when it listens or connects, not at bind, so it is 0 until then.",
    "0 until listen or connect; a port that another program has is found there, too",
  ),
  backlog: limit(
    "the backlog: connections that wait, connections that are turned away",
    "listen: Node accepts connections at once and keeps them; a full backlog can't be seen.",
    "every connection is accepted",
  ),
  options: limit(
    "SO_SNDBUF, SO_RCVBUF, SO_RCVTIMEO, TCP_INFO, TCP_CORK and most other options",
    "getsockopt and setsockopt: Node has no line for this option; this kernel knows only those that net and dgram offer.",
    "ENOPROTOOPT",
  ),
  receiveBuffer: limit(
    "FIONREAD on a TCP socket; a full receive buffer",
    "FIONREAD: only what Node has read ahead is known, not what waits in the kernel's receive buffer.",
    "the bytes that Node has read ahead",
  ),
  sendBuffer: limit(
    "SIOCOUTQ: bytes sent and not acknowledged",
    "ioctl(SIOCOUTQ): Node doesn't tell how many bytes the peer has not acknowledged.",
    "EINVAL",
  ),
  flags: limit(
    "MSG_MORE and other flags of send",
    "send: Node's write has no flags; other than MSG_DONTWAIT and MSG_NOSIGNAL they are left out.",
    "the bytes are sent as if there were no flag",
  ),
  connectedDatagrams: limit(
    "sendto with an address on a connected datagram socket",
    "sendto: Node's connected dgram sockets send only to their peer; the address was left out.",
    "the datagram goes to the peer",
  ),
  unixNames: limit(
    "AF_UNIX names that aren't in the file system",
    "AF_UNIX: Node's net can't bind or connect to abstract names, only to paths.",
    "ENOSYS",
  ),
  unixDatagrams: limit(
    "AF_UNIX datagrams",
    "socket: Node has no Unix-domain sockets for messages, only for streams.",
    "ENOSYS",
  ),
  socketpair: limit(
    "socketpair as the system makes it",
    "socketpair: Node has none, so this one is two queues inside the process, not the system's.",
    "two queues of this kernel's own",
  ),
  pairNames: limit("a name for one end of a socketpair", "bind: this kernel's socketpairs have no names.", "EINVAL"),
  pipe: limit(
    "pipe as the system makes it",
    "pipe: Node has none, so this one is a queue of 65,536 bytes inside the process, not the system's.",
    "a queue of this kernel's own",
  ),
  pipeSize: limit(
    "another size for a pipe",
    "fcntl(F_SETPIPE_SZ): the size of this kernel's pipes can't be changed.",
    "EINVAL",
  ),
  processes: limit(
    "processes of their own: real pids, what fork copies",
    "fork: the child is another program in the same real process; its pid is this kernel's own.",
    "programs that take turns in one process",
  ),
  stop: limit("stopping a process", "SIGSTOP: this kernel can't stop a process and continue it later.", "EINVAL"),
  any: limit(
    "a server that can be reached from outside",
    "0.0.0.0: this kernel binds to 127.0.0.1 instead, so that nobody else can reach the program.",
    "127.0.0.1, on purpose and not because of Node",
  ),
} as const satisfies Record<string, NodeLimit>;

/**
 * What no call asks for and so no note can tell: the numbers of the real descriptors, segments and their timing (`ss`, frames), which
 * error was underneath where Node makes one of its own (EIO then), whether a peer's FIN or its reset came first.
 */
export const silentLimits: readonly Pick<NodeLimit, "asked" | "instead">[] = [
  { asked: "the descriptors behind net.Socket and dgram.Socket", instead: "a table of this kernel's own: 3, 4, 5, …" },
  { asked: "sockets as ss lists them, frames on the wire", instead: "nothing: Node can't look into the system" },
  { asked: "the errno behind an error of Node's own (ERR_…)", instead: "the nearest errno, or EIO" },
  {
    asked: "an end of file or a reset behind bytes that nobody has read",
    instead: "in the order in which Node tells of them",
  },
];
