/** What is not modelled in lib/net: see lists.ts. */
import { AS_ROOT, because, CARD, CHANCE, type List, NO_CALL, PRIVILEGE, SAME_RUNNER, shown, WIRE } from "./item";

export const netLists: Readonly<Record<string, List>> = {
  "net/arp/arp.ts": {
    items: {
      "gratuitous ARP": WIRE,
      "proxy ARP": WIRE,
      "static entries": PRIVILEGE,
      "garbage collection of the cache": CHANCE,
    },
    where: "ip neigh",
  },
  "net/ethernet/ethernet.ts": {
    items: {
      "the preamble and the check sequence at the end": CARD,
      "VLAN tags": WIRE,
      "802.3 length fields": WIRE,
    },
    where: "ip -d link",
  },
  "net/ethernet/gro.ts": {
    items: {
      "putting together what is only forwarded": PRIVILEGE,
      UDP: shown("UDP put together"),
      tunnels: PRIVILEGE,
      "cards that do it": CARD,
    },
    where: "ethtool -k",
  },
  "net/ethernet/gso.ts": {
    items: { "cutting by the card": CARD, UDP: shown("UDP cut into segments") },
    where: "ethtool -k",
  },
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
  "net/inet/inet-sock.ts": { items: { "raw and ICMP sockets": shown("a raw socket") }, where: "ss -e" },
  "net/inet/sol-ip.ts": {
    items: {
      "multicast membership": because("the linux kernel of this course stays on the loopback interface"),
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
  "net/socket/option-value.ts": {
    items: { "TCP_INFO as bytes": because("its bytes count time, or what one machine's path is like") },
    where: "strace -e getsockopt",
  },
  "net/socket/remembered-options.ts": {
    items: {
      "effects of these options": because("each concerns something else that stands on a list"),
      "options that lead to other parts of the system": shown("an option: SO_BINDTODEVICE", "an option: a filter"),
    },
    where: "ss -e",
  },
  "net/socket/sol-socket.ts": {
    items: {
      SO_BINDTODEVICE: shown("an option: SO_BINDTODEVICE"),
      SO_PEEK_OFF: shown("an option: SO_PEEK_OFF"),
      filters: shown("an option: a filter"),
    },
    where: "ss -tmoe",
  },
  "net/interface/softirq.ts": {
    items: { "several CPUs": CHANCE, "other kinds of soft interrupts": NO_CALL },
    where: "/proc/softirqs",
  },
  "net/tcp/congestion/ecn.ts": {
    items: { "accurate ECN": WIRE, "congestion controls that live on marks": PRIVILEGE },
    where: "ss -ti",
  },
  "net/tcp/header-options.ts": {
    items: {
      "MD5 and AO signatures": WIRE,
      "Fast Open cookies": shown("an option: TCP_FASTOPEN"),
      multipath: because("whether a machine has it is a matter of how its kernel was built"),
    },
    where: "tcpdump",
  },
  "net/tcp/receive/receive-overflow.ts": {
    items: {
      "giving up what waits ahead of a gap piece by piece, the last first": WIRE,
      "A limit on the memory of all connections together": because("it takes gigabytes, more than a test may"),
    },
    where: "TcpExtPruneCalled",
  },
  "net/tcp/send/run-size.ts": {
    items: {
      "runs over loopback that one packet can't carry, once half of the peer's window doesn't bound the segments any more":
        WIRE,
    },
    where: "tcpdump -i lo",
  },
  "net/tcp/timers/retransmission-timer.ts": {
    items: {
      "timers that fire up to an eighth late": CHANCE,
    },
    where: "ss -ti",
  },
  "net/tcp/socket/socket-options.ts": {
    items: {
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
      "Fast Open": shown("an option: TCP_FASTOPEN"),
      "MTU probing": PRIVILEGE,
      pacing: CHANCE,
      "MD5 and AO": WIRE,
      multipath: because("whether a machine has it is a matter of how its kernel was built"),
    },
    where: "ss -ti",
  },
  "net/ethernet/transmit-queue.ts": {
    items: {
      "queueing disciplines beside this simplest one": PRIVILEGE,
    },
    where: "tc -s qdisc",
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
  "net/udp/error-queue.ts": {
    items: { "struct sock_extended_err": because("recvmsg of this course takes no ancillary data") },
    where: "strace -e recvmsg",
  },
  "net/unix/unix-socket.ts": {
    items: {
      "passing descriptors and credentials": because("sendmsg takes no control messages here"),
      "permissions of paths": AS_ROOT,
    },
    where: "ss -x",
  },
};
