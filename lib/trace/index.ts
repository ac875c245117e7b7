/**
 * What happened, kept and folded: the recorder, system calls from events, tables at any moment, captures, and the formats of strace,
 * tcpdump and pcap.
 */
export * from "./calls";
export * from "./capture";
export * from "./pcap";
export * from "./recorder";
export { ss } from "./ss";
export * from "./strace";
export * from "./tables";
export * from "./tables/device";
export * from "./tables/network";
export { tcpdump } from "./tcpdump";
