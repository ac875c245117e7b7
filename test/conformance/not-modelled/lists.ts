/**
 * Each list of what is not modelled, item by item: the programs that show the difference, or the reason why none does; and the
 * words by which the list says where the real machine shows it.
 *
 * The tools of lib/trace and the libraries of lib/user have lists too. They are no part of the machine, run alike on
 * every kernel, and are compared with what they imitate by tests of their own.
 */
import { AS_ROOT, because, CARD, CHANCE, type List, NO_CALL, PRIVILEGE, SAME_RUNNER, shown } from "./item";
import { netLists } from "./net-lists";

export const lists: Readonly<Record<string, List>> = {
  ...netLists,
  "kernel/calls-files.ts": {
    items: { SEEK_DATA: shown("lseek with SEEK_DATA"), SEEK_HOLE: shown("lseek with SEEK_HOLE") },
    where: "filefrag -v",
  },
  "kernel/calls-descriptors.ts": {
    items: {
      "of fcntl": because("a heading"),
      locks: shown("asking for a lock"),
      leases: shown("asking for a lease"),
      F_NOTIFY: NO_CALL,
      seals: because("which files have them is the file system's own affair"),
      "signals by SIGIO and SIGURG": SAME_RUNNER,
      "of ioctl": because("a heading"),
      "whatever is for one kind of device": NO_CALL,
    },
    where: "/proc/<pid>/fdinfo/<fd>",
  },
  "kernel/calls-processes.ts": {
    items: {
      "memory that fork copies": because("the child's part is a program of its own on every kernel"),
      users: AS_ROOT,
      "process groups": SAME_RUNNER,
      "detached threads": NO_CALL,
      "the main thread's number for the thread that calls execve": shown("execve in a thread: is it the main one now?"),
      "limits other than RLIMIT_NOFILE": SAME_RUNNER,
      "clocks other than CLOCK_REALTIME and CLOCK_MONOTONIC": shown(
        "the clock of the time that a process has computed",
      ),
    },
    where: "/proc/<pid>/limits",
  },
  "kernel/character-device.ts": {
    items: {
      "line editing": because("a run on Linux has pipes as its descriptors 0 to 2, no terminal"),
      "terminals as controlling terminals": because("a run on Linux has no terminal"),
      "any other device": shown("a device that the model hasn't"),
    },
    where: "stty -a",
  },
  "kernel/epoll.ts": {
    items: {
      "busy polling": CHANCE,
      EPOLLWAKEUP: PRIVILEGE,
      "a limit on how many instances watch one file": because(
        "it takes hundreds of instances, nested in a certain way",
      ),
    },
    where: "/proc/<pid>/fdinfo/<fd>",
  },
  "kernel/file-system.ts": {
    items: {
      "mount points": PRIVILEGE,
      "working directories": NO_CALL,
      O_PATH: shown("reading what was opened with O_PATH"),
      O_TMPFILE: shown("a file without a name, by O_TMPFILE"),
      O_NOFOLLOW: because("there are no symbolic links to be followed"),
      O_NOATIME: because("files have no times here"),
      O_SYNC: because("files have no disk here"),
    },
    where: "findmnt(8)",
  },
  "kernel/inode.ts": {
    items: {
      "permissions and owners": AS_ROOT,
      "places in directories": shown("lseek from the end of a directory"),
      times: because("what stat returns here has none"),
      "links other than the first name": NO_CALL,
      "symbolic links": NO_CALL,
      disks: CHANCE,
      "file locks": shown("asking for a lock"),
    },
    where: "stat(1)",
  },
  "kernel/pipe.ts": {
    items: {
      "pipes of packets": shown("a pipe of packets"),
      "notification pipes": because("whether they exist is a matter of how the kernel was built"),
      "pipes with a name": NO_CALL,
      splice: NO_CALL,
    },
    where: "/proc/<pid>/fd",
  },
  "kernel/scheduler.ts": {
    items: {
      "several CPUs": CHANCE,
      "priorities and weights": NO_CALL,
      "preemption when a thread is woken": CHANCE,
      "time spent in user code": shown("computing takes no time"),
    },
    where: "/proc/<pid>/sched",
  },
  "kernel/signals.ts": {
    items: {
      "stopping and continuing": SAME_RUNNER,
      "core dumps": SAME_RUNNER,
      "real-time signals that queue": SAME_RUNNER,
      siginfo: NO_CALL,
      "alternate stacks": NO_CALL,
      "process groups and sessions": SAME_RUNNER,
    },
    where: "/proc/<pid>/status",
  },
  "device/frame.ts": {
    items: { preamble: CARD, "gap between frames": CARD, "frame check sequence": CARD },
    where: "ethtool -S",
  },
  "device/lane.ts": {
    items: { collisions: CARD, "loss in bursts": PRIVILEGE, "changing latency": PRIVILEGE },
    where: "tc-netem(8)",
  },
  "device/nic.ts": {
    items: {
      "several queues": CARD,
      "VLAN tags": CARD,
      "segmentation offload": CARD,
      "pause frames": CARD,
      "multicast filters": CARD,
      "memory of the card's own": CARD,
    },
    where: "ethtool -k",
  },
  "device/switch.ts": {
    items: { "spanning tree": PRIVILEGE, VLANs: PRIVILEGE, groups: PRIVILEGE },
    where: "bridge fdb",
  },
  "real/linux/agent/socket-option.ts": {
    items: {
      "of TCP_INFO, the fields that came after Linux 2.6": because("the model has no more of them than this either"),
    },
    where: "ss -ti",
  },
  "real/linux/index.ts": {
    items: {
      "stopping and continuing": because("a stand-in of the runner: the model has it neither"),
      "process groups": because("a stand-in of the runner: the model has them neither"),
      "raising RLIMIT_NOFILE above 1,024": because(
        "the runner keeps the descriptors above for itself, and a note says so",
      ),
      "address families beside AF_INET and AF_UNIX": because("a note says so, and the model has them neither"),
      "passing descriptors in the program's own messages": because("sendmsg takes no control messages here"),
    },
    where: "strace(1)",
  },
};
