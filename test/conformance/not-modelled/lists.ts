/**
 * Each list of what is not modelled, item by item: the programs that show the difference, or the reason why none does; and the
 * words by which the list says where the real machine shows it.
 *
 * The tools of lib/trace and the libraries of lib/user have lists too. They are no part of the machine, run alike on
 * every kernel, and are compared with what they imitate by tests of their own.
 */
export interface Item {
  /** Names in differences.ts. */
  readonly shownBy?: readonly string[];
  readonly reason?: string;
}

export interface List {
  /** By the words of the list. */
  readonly items: Readonly<Record<string, Item>>;
  readonly where: string;
}

const shown = (...names: string[]): Item => ({ shownBy: names });
const because = (reason: string): Item => ({ reason });

const WIRE = because("no call tells of it: it is seen on a wire, and capturing there takes a privilege");
const CARD = because("it belongs to a card, and a test has none of its own");
const PRIVILEGE = because("it takes a privilege on the real machine");
const NO_CALL = because("no call of the table asks for it or tells of it");
const CHANCE = because("on the real machine it is a matter of time and chance, for which a test may not ask");
const SAME_RUNNER = because("the linux kernel of this course doesn't do it either, so the two can't be compared");
const AS_ROOT = because("whether it shows depends on who runs the test: root may everything");

export const lists: Readonly<Record<string, List>> = {
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
      "signals by SIGIO": SAME_RUNNER,
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
      "limits other than RLIMIT_NOFILE": SAME_RUNNER,
      "clocks other than CLOCK_REALTIME and CLOCK_MONOTONIC": shown(
        "the clock of the time that a process has computed",
      ),
    },
    where: "/proc/<pid>/limits",
  },
  "kernel/device.ts": {
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
  "net/arp/arp.ts": {
    items: {
      "gratuitous ARP": WIRE,
      "proxy ARP": WIRE,
      "static entries": PRIVILEGE,
      "garbage collection of the cache": CHANCE,
    },
    where: "ip neigh",
  },
  "net/ethernet.ts": {
    items: {
      "the preamble and the check sequence at the end": CARD,
      "VLAN tags": WIRE,
      "802.3 length fields": WIRE,
      "queueing disciplines beside the simplest": PRIVILEGE,
    },
    where: "tc -s qdisc",
  },
  "net/gro.ts": {
    items: {
      "putting together what is only forwarded": PRIVILEGE,
      UDP: shown("UDP put together"),
      tunnels: PRIVILEGE,
      "cards that do it": CARD,
    },
    where: "ethtool -k",
  },
  "net/gso.ts": { items: { "cutting by the card": CARD, UDP: shown("UDP cut into segments") }, where: "ethtool -k" },
  "net/icmp/icmp.ts": {
    items: {
      redirects: WIRE,
      timestamps: WIRE,
      "router discovery": WIRE,
      "rate limits": CHANCE,
      "ping sockets": because("who may make one is a matter of net.ipv4.ping_group_range"),
    },
    where: "nstat -z 'Icmp*'",
  },
  "net/inet/inet-sock.ts": {
    items: {
      "multicast membership": because("the linux kernel of this course stays on the loopback interface"),
      "raw and ICMP sockets": shown("a raw socket"),
      "IP options": WIRE,
      "most of level SOL_IP": because("which options are remembered stands in remembered-options.ts"),
    },
    where: "ss -e",
  },
  "net/inet/port-table.ts": {
    items: {
      SO_BINDTODEVICE: shown("an option: SO_BINDTODEVICE"),
      users: AS_ROOT,
      "another place to begin for each destination": CHANCE,
    },
    where: "ss -ane",
  },
  "net/ip/ipv4.ts": {
    items: {
      options: WIRE,
      "multicast groups": because("the linux kernel of this course stays on the loopback interface"),
      "raw sockets": shown("a raw socket"),
      "type-of-service queueing": CHANCE,
      redirects: WIRE,
      "source routes": WIRE,
    },
    where: "/proc/net/snmp",
  },
  "net/ip/routing.ts": {
    items: {
      "policy rules": PRIVILEGE,
      multipath: PRIVILEGE,
      "type-of-service routing": PRIVILEGE,
      "multicast routes": PRIVILEGE,
      "ICMP redirects": WIRE,
      "reverse-path filtering": PRIVILEGE,
    },
    where: "ip route show table all",
  },
  "net/network.ts": {
    items: {
      IPv6: SAME_RUNNER,
      "network namespaces": PRIVILEGE,
      netfilter: PRIVILEGE,
      "traffic control beyond one queue per device": PRIVILEGE,
      "multicast groups": because("the linux kernel of this course stays on the loopback interface"),
      IPsec: PRIVILEGE,
      "bridges and VLANs inside a host": PRIVILEGE,
    },
    where: "nft list ruleset",
  },
  "net/remembered-options.ts": {
    items: {
      "effects of these options": because("each concerns something else that stands on a list"),
      "options that take a privilege": shown("an option: SO_MARK"),
    },
    where: "ss -e",
  },
  "net/socket-options.ts": {
    items: {
      SO_MARK: shown("an option: SO_MARK"),
      SO_BINDTODEVICE: shown("an option: SO_BINDTODEVICE"),
      SO_PEERCRED: shown("an option: SO_PEERCRED"),
      SO_PASSCRED: shown("an option: SO_PASSCRED"),
      SO_PEEK_OFF: shown("an option: SO_PEEK_OFF"),
      filters: shown("an option: a filter"),
    },
    where: "ss -tmoe",
  },
  "net/softirq.ts": {
    items: { "several CPUs": CHANCE, "other kinds of soft interrupts": NO_CALL },
    where: "/proc/softirqs",
  },
  "net/tcp/listen-queues.ts": {
    items: { "SYN cookies": because("it takes a flood of requests, more than a test may make") },
    where: "TcpExtSyncookiesSent",
  },
  "net/tcp/options.ts": {
    items: {
      "MD5 and AO signatures": WIRE,
      "Fast Open cookies": shown("an option: TCP_FASTOPEN"),
      multipath: because("whether a machine has it is a matter of how its kernel was built"),
    },
    where: "tcpdump",
  },
  "net/tcp/receive-window.ts": {
    items: { "tuning the receive buffer's size to the speed of the reader": CHANCE },
    where: "ss -tim",
  },
  "net/tcp/recovery.ts": {
    items: { "explicit congestion notification": WIRE, "SACK reneging": WIRE },
    where: "TcpExtTCPSACKReneging",
  },
  "net/tcp/syn-request.ts": {
    items: { "SYN cookies": because("it takes a flood of requests, more than a test may make") },
    where: "TcpExtSyncookies*",
  },
  "net/tcp/tcp-options.ts": {
    items: {
      TCP_WINDOW_CLAMP: shown("an option: TCP_WINDOW_CLAMP"),
      TCP_FASTOPEN: shown("an option: TCP_FASTOPEN"),
      TCP_SAVE_SYN: shown("an option: TCP_SAVE_SYN"),
      TCP_REPAIR: shown("an option: TCP_REPAIR"),
      TCP_ULP: shown("an option: TCP_ULP"),
      "their relatives": because("each is asked for like these"),
    },
    where: "ss -toi",
  },
  "net/tcp/tcp.ts": {
    items: {
      "urgent data": shown("urgent data on TCP"),
      ECN: WIRE,
      "Fast Open": shown("an option: TCP_FASTOPEN"),
      "SYN cookies": because("it takes a flood of requests, more than a test may make"),
      pacing: CHANCE,
      "holding back a run of segments that could become longer": WIRE,
      "SACK compression": WIRE,
      "automatic tuning of the receive buffer": CHANCE,
      "MD5 and AO": WIRE,
      multipath: because("whether a machine has it is a matter of how its kernel was built"),
    },
    where: "ss -ti",
  },
  "net/udp/udp.ts": {
    items: {
      multicast: because("the linux kernel of this course stays on the loopback interface"),
      "UDP-Lite": because("Linux is about to drop it: whether a machine has it depends on its version"),
      "GRO and GSO": shown("UDP cut into segments", "UDP put together"),
      encapsulation: PRIVILEGE,
    },
    where: "ss -u",
  },
  "net/unix/unix-socket.ts": {
    items: {
      "passing descriptors and credentials": because("sendmsg takes no control messages here"),
      "out-of-band bytes": shown("out-of-band bytes on a Unix-domain stream"),
      "permissions of paths": AS_ROOT,
    },
    where: "ss -x",
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
