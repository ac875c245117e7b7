import { describe, expect, test } from "vitest";
import { node } from "../../lib/real/node";
import {
  AF_INET,
  AF_UNIX,
  bytes,
  EAGAIN,
  ECHILD,
  ECONNREFUSED,
  EINPROGRESS,
  EPIPE,
  EPOLL_CTL_ADD,
  EPOLLET,
  EPOLLIN,
  type Errno,
  F_DUPFD,
  F_GETFD,
  F_GETFL,
  F_SETFL,
  FIONREAD,
  MSG_NOSIGNAL,
  MSG_TRUNC,
  O_CLOEXEC,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  POLLIN,
  POLLPRI,
  S_IFREG,
  S_IFSOCK,
  SEEK_END,
  SIG_IGN,
  SIG_SETMASK,
  SIGINT,
  SIGUSR1,
  SO_ERROR,
  SO_LINGER,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  type SystemCallName,
  type SystemCallRecord,
} from "../../lib/sys";
import { strace, straceCall } from "../../lib/trace/strace";

function record(name: SystemCallName, args: readonly unknown[], rest: Partial<SystemCallRecord> = {}) {
  const record: SystemCallRecord = {
    process: "program",
    pid: 100,
    tid: 100,
    name,
    args,
    enter: 0,
    exit: 1,
    startTime: 0,
    endTime: 1000,
    ...rest,
  };
  return record;
}

const at = (port: number) => ({ family: AF_INET, address: "127.0.0.1", port });
const aaaa = new Uint8Array(47).fill(0x61);

/** The right-hand lines were printed by strace 6.1 (without its padding), for the same calls made by a C library. */
const lines: Array<[SystemCallName, readonly unknown[], unknown, string, Partial<SystemCallRecord>?]> = [
  ["write", [4, aaaa], 47, 'write(4, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"..., 47) = 47'],
  ["read", [3, 832], bytes('\x7fELF\x02\x01\n"\\'), 'read(3, "\\177ELF\\2\\1\\n\\"\\\\", 832) = 9'],
  ["read", [3, 9], new Uint8Array([0, 0x31, 27]), 'read(3, "\\0001\\33", 9) = 3'],
  ["read", [3, 1], new Uint8Array(0), 'read(3, "", 1) = 0'],
  ["pipe2", [O_CLOEXEC], [3, 4], "pipe2([3, 4], O_CLOEXEC) = 0"],
  [
    "socketpair",
    [AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0],
    [5, 6],
    "socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [5, 6]) = 0",
  ],
  ["getsockname", [5], { family: AF_UNIX, path: "" }, "getsockname(5, {sa_family=AF_UNIX}, [2]) = 0"],
  ["sendto", [5, bytes("hi"), MSG_NOSIGNAL, null], 2, 'sendto(5, "hi", 2, MSG_NOSIGNAL, NULL, 0) = 2'],
  ["recvfrom", [6, 10, 0], { data: bytes("hi"), address: null }, 'recvfrom(6, "hi", 10, 0, NULL, NULL) = 2'],
  [
    "poll",
    [[{ fd: 3, events: POLLIN | POLLPRI }], 0],
    0,
    "poll([{fd=3, events=POLLIN|POLLPRI}], 1, 0) = 0 (Timeout)",
    { argsAfter: [[{ fd: 3, events: POLLIN | POLLPRI, revents: 0 }], 0] },
  ],
  [
    "poll",
    [[{ fd: 3, events: POLLIN | POLLPRI }], -1],
    1,
    "poll([{fd=3, events=POLLIN|POLLPRI}], 1, -1) = 1 ([{fd=3, revents=POLLIN}])",
    { argsAfter: [[{ fd: 3, events: POLLIN | POLLPRI, revents: POLLIN }], -1] },
  ],
  [
    "select",
    [5, new Set([3]), new Set([4]), null, { tv_sec: 1, tv_usec: 0 }],
    2,
    "select(5, [3], [4], NULL, {tv_sec=1, tv_usec=0}) = 2 (in [3], out [4])",
    { argsAfter: [5, new Set([3]), new Set([4]), null, null] },
  ],
  ["fcntl", [3, F_GETFL], 0, "fcntl(3, F_GETFL) = 0 (flags O_RDONLY)"],
  ["fcntl", [3, F_GETFL], O_RDWR | O_NONBLOCK, "fcntl(3, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)"],
  ["fcntl", [3, F_SETFL, O_NONBLOCK], 0, "fcntl(3, F_SETFL, O_RDONLY|O_NONBLOCK) = 0"],
  ["fcntl", [3, F_GETFD], 1, "fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)"],
  ["fcntl", [3, F_DUPFD, 20], 20, "fcntl(3, F_DUPFD, 20) = 20"],
  ["ioctl", [3, FIONREAD], 7, "ioctl(3, FIONREAD, [7]) = 0"],
  ["socket", [AF_INET, SOCK_STREAM | SOCK_CLOEXEC], 7, "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 7"],
  [
    "socket",
    [AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK],
    13,
    "socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0) = 13",
  ],
  ["setsockopt", [7, SOL_SOCKET, SO_REUSEADDR, 1], undefined, "setsockopt(7, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0"],
  [
    "bind",
    [7, { address: "127.0.0.1", port: 0 }],
    undefined,
    'bind(7, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
  ],
  [
    "getsockname",
    [7],
    at(46861),
    'getsockname(7, {sa_family=AF_INET, sin_port=htons(46861), sin_addr=inet_addr("127.0.0.1")}, [16]) = 0',
  ],
  [
    "getsockopt",
    [11, SOL_SOCKET, SO_ERROR],
    ECONNREFUSED.number,
    "getsockopt(11, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0",
  ],
  [
    "setsockopt",
    [11, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 }],
    undefined,
    "setsockopt(11, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}, 8) = 0",
  ],
  [
    "recvmsg",
    [12, [2], 0],
    { iov: [bytes("ab")], name: at(36582), flags: MSG_TRUNC },
    'recvmsg(12, {msg_name={sa_family=AF_INET, sin_port=htons(36582), sin_addr=inet_addr("127.0.0.1")}, ' +
      'msg_namelen=16, msg_iov=[{iov_base="ab", iov_len=2}], msg_iovlen=1, msg_controllen=0, msg_flags=MSG_TRUNC}, 0) = 2',
  ],
  [
    "epoll_ctl",
    [14, EPOLL_CTL_ADD, 3, { events: EPOLLIN | EPOLLET, data: 3 }],
    undefined,
    "epoll_ctl(14, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLET, data={u32=3, u64=3}}) = 0",
  ],
  ["epoll_create1", [O_CLOEXEC], 14, "epoll_create1(EPOLL_CLOEXEC) = 14"],
  [
    "epoll_wait",
    [14, 1023, 1000],
    [{ events: EPOLLIN, data: 3 }],
    "epoll_wait(14, [{events=EPOLLIN, data={u32=3, u64=3}}], 1023, 1000) = 1",
  ],
  ["readv", [3, [3, 2]], [bytes("q")], 'readv(3, [{iov_base="q", iov_len=3}, {iov_base="", iov_len=2}], 2) = 1'],
  [
    "open",
    ["/tmp/zz", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644],
    15,
    'open("/tmp/zz", O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC, 0644) = 15',
  ],
  ["open", ["/tmp/zz", O_RDONLY], 3, 'open("/tmp/zz", O_RDONLY) = 3'],
  [
    "fstat",
    [15],
    { ino: 1, mode: S_IFREG | 0o644, nlink: 1, size: 5 },
    "fstat(15, {st_mode=S_IFREG|0644, st_size=5, ...}) = 0",
  ],
  [
    "fstat",
    [5],
    { ino: 1, mode: S_IFSOCK | 0o777, nlink: 1, size: 0 },
    "fstat(5, {st_mode=S_IFSOCK|0777, st_size=0, ...}) = 0",
  ],
  ["lseek", [15, 0, SEEK_END], 5, "lseek(15, 0, SEEK_END) = 5"],
  ["sigprocmask", [SIG_SETMASK, []], [SIGUSR1, SIGINT], "sigprocmask(SIG_SETMASK, [], [INT USR1]) = 0"],
  [
    "sigaction",
    [SIGINT, { handler: SIG_IGN }],
    { handler: () => {}, mask: [], flags: 0 },
    "sigaction(SIGINT, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=0}, {sa_handler=0x…, sa_mask=[], sa_flags=0}) = 0",
  ],
  ["waitpid", [-1, 0], { pid: 8551, status: 3 << 8 }, "waitpid(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0) = 8551"],
  [
    "waitpid",
    [8552, 0],
    { pid: 8552, status: 13 },
    "waitpid(8552, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGPIPE}], 0) = 8552",
  ],
];

describe("one call", () => {
  test.each(lines)("%s %#", (name, args, result, line, rest) => {
    expect(straceCall(record(name, args, { result, ...rest }))).toBe(line);
  });

  test.each<[SystemCallName, readonly unknown[], Errno, string]>([
    ["write", [4, bytes("x")], EPIPE, 'write(4, "x", 1) = -1 EPIPE (Broken pipe)'],
    ["read", [3, 10], EAGAIN, "read(3, 0x…, 10) = -1 EAGAIN (Resource temporarily unavailable)"],
    ["waitpid", [-1, 1], ECHILD, "waitpid(-1, 0x…, WNOHANG) = -1 ECHILD (No child processes)"],
    [
      "connect",
      [13, { path: "\0nope" }],
      ECONNREFUSED,
      'connect(13, {sa_family=AF_UNIX, sun_path=@"nope"}, 7) = -1 ECONNREFUSED (Connection refused)',
    ],
    [
      "connect",
      [8, at(46861)],
      EINPROGRESS,
      'connect(8, {sa_family=AF_INET, sin_port=htons(46861), sin_addr=inet_addr("127.0.0.1")}, 16) ' +
        "= -1 EINPROGRESS (Operation now in progress)",
    ],
  ])("%s that fails", (name, args, error, line) => {
    expect(straceCall(record(name, args, { error }))).toBe(line);
  });

  test("a call that sleeps is unfinished, exit has no result", () => {
    expect(straceCall(record("read", [3, 10], { exit: null }))).toBe("read(3,  <unfinished ...>");
    expect(straceCall(record("write", [3, bytes("x")], { exit: null }))).toBe('write(3, "x", 1 <unfinished ...>');
    expect(straceCall(record("exit", [7], { exit: null }))).toBe("exit(7) = ?");
  });

  test("the length of strings can be chosen", () => {
    expect(straceCall(record("write", [4, aaaa], { result: 47 }), { maxString: 3 })).toBe(
      'write(4, "aaa"..., 47) = 47',
    );
  });
});

describe("a listing", () => {
  test("of one process has no pids, and its = in column 40", async () => {
    const run = await node.run(function* (sys) {
      yield* sys.write(1, bytes("hi"));
      yield* sys.exit(3);
    });
    expect(strace(run)).toBe(
      [
        'write(1, "hi", 2)                       = 2',
        "exit(3)                                 = ?",
        "+++ exited with 3 +++",
      ].join("\n"),
    );
  });

  test("of several processes shows who was interrupted by whom, and how each ended", async () => {
    const run = await node.run(function* (sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.fork(function* (sys) {
        yield* sys.close(r);
        yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 1_000_000 });
        yield* sys.write(w, bytes("late"));
        yield* sys.exit(3);
      });
      yield* sys.close(w);
      yield* sys.read(r, 10);
      yield* sys.waitpid(-1, 0);
      const [broken, end] = yield* sys.pipe();
      yield* sys.close(broken);
      yield* sys.write(end, bytes("x"));
    });
    const shown = strace(run, { column: 0 }).split("\n");
    const parent = "[pid  1001]";
    const child = "[pid  1002]";
    expect(shown).toContain(`${parent} read(3,  <unfinished ...>`);
    expect(shown.indexOf(`${child} write(4, "late", 4) = 4`)).toBeGreaterThan(0);
    expect(shown).toContain(`${parent} <... read resumed>"late", 10) = 4`);
    expect(shown).toContain(`${child} exit(3) = ?`);
    expect(shown).toContain(`${child} +++ exited with 3 +++`);
    expect(shown.slice(-3)).toEqual([
      `${parent} write(5, "x", 1) = -1 EPIPE (Broken pipe)`,
      `${parent} --- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid=1001} ---`,
      `${parent} +++ killed by SIGPIPE +++`,
    ]);
  });

  test("can show when each call returned", () => {
    expect(strace([record("getpid", [], { result: 7, endTime: 1_500_000 })], { times: true, column: 0 })).toBe(
      "    0.001500 getpid() = 7",
    );
  });
});
