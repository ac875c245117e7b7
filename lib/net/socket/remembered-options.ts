/**
 * Options that a program may set and ask for, and that change nothing here: the value is kept and given back.
 *
 * They ask for what the model doesn't have: priorities, timestamps and control messages with a datagram, urgent data, multicast.
 * Programs set them, and go on when that works. What comes back isn't always what went in: a switch is 0 or 1.
 *
 * **Not modelled:** effects of these options, and options that lead to other parts of the system (SO_BINDTODEVICE, SO_ATTACH_FILTER,
 * SO_PEERSEC, …). The real machine shows a socket's options with `ss -e`.
 *
 * Source: socket(7), ip(7); net/core/sock.c (sk_setsockopt), net/ipv4/ip_sockglue.c (do_ip_setsockopt).
 */
import { EINVAL, ENOPROTOOPT, EOPNOTSUPP } from "../../sys/errno";
import { SO_TXREHASH, SO_ZEROCOPY } from "../../sys/rarer-options";
import {
  AF_INET,
  AF_UNIX,
  IP_HDRINCL,
  IP_MINTTL,
  IP_MULTICAST_ALL,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_NODEFRAG,
  IP_PKTINFO,
  IP_RECVOPTS,
  IP_RECVORIGDSTADDR,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_RETOPTS,
  IP_TRANSPARENT,
  SO_BSDCOMPAT,
  SO_BUSY_POLL,
  SO_DEBUG,
  SO_DONTROUTE,
  SO_INCOMING_CPU,
  SO_MARK,
  SO_MAX_PACING_RATE,
  SO_NO_CHECK,
  SO_OOBINLINE,
  SO_PASSCRED,
  SO_PRIORITY,
  SO_RXQ_OVFL,
  SO_SELECT_ERR_QUEUE,
  SO_SNDLOWAT,
  SO_TIMESTAMP,
  SO_TIMESTAMPNS,
  SOCK_STREAM,
  SOL_IP,
  SOL_SOCKET,
  SOL_TCP,
  TCP_INQ,
  TCP_THIN_DUPACK,
  TCP_THIN_LINEAR_TIMEOUTS,
} from "../../sys/socket";

/** What an option is when nobody has set it, and what it becomes when somebody does. */
interface Rule {
  readonly initial: number;
  readonly accept: (value: number) => number;
  /** The family that has the option; the others don't support it. */
  readonly family?: number;
}

/** Whose option it is. */
interface Holder {
  readonly family: number;
  readonly type: number;
}

const flag = (initial = 0): Rule => ({ initial, accept: (value) => Number(value !== 0) });
const number = (initial = 0): Rule => ({ initial, accept: (value) => value });
const always = (value: number): Rule => ({ initial: value, accept: () => value });
const within = (least: number, most: number, initial: number): Rule => ({
  initial,
  accept(value) {
    if (value < least || value > most) throw EINVAL;
    return value;
  },
});
const readOnly = (value: number): Rule => ({
  initial: value,
  accept() {
    throw ENOPROTOOPT;
  },
});

const zeroCopy = within(0, 1, 0);

/** -1: the default, 1. */
const multicastTtl: Rule = {
  initial: 1,
  accept: (value) => (value === -1 ? 1 : within(0, 255, 1).accept(value)),
};

const rules = new Map<number, ReadonlyMap<number, Rule>>([
  [
    SOL_SOCKET,
    new Map([
      [SO_DEBUG, flag()],
      [SO_DONTROUTE, flag()],
      [SO_OOBINLINE, flag()],
      [SO_NO_CHECK, flag()],
      [SO_PRIORITY, number()],
      [SO_BSDCOMPAT, always(0)],
      [SO_SNDLOWAT, readOnly(1)],
      [SO_PASSCRED, { ...flag(), family: AF_UNIX }],
      [SO_TIMESTAMP, flag()],
      [SO_TIMESTAMPNS, flag()],
      [SO_MARK, number()],
      [SO_BUSY_POLL, within(0, 0x7fff_ffff, 0)],
      [SO_MAX_PACING_RATE, number(-1)],
      [SO_RXQ_OVFL, flag()],
      [SO_SELECT_ERR_QUEUE, flag()],
      [SO_INCOMING_CPU, number(-1)],
      [SO_ZEROCOPY, zeroCopy],
      [SO_TXREHASH, { initial: 1, accept: (value) => (value === -1 ? 1 : within(0, 1, 1).accept(value)) }],
    ]),
  ],
  [
    SOL_IP,
    new Map([
      [IP_RECVOPTS, flag()],
      [IP_RETOPTS, flag()],
      [IP_PKTINFO, flag()],
      [IP_RECVTTL, flag()],
      [IP_RECVTOS, flag()],
      [IP_RECVORIGDSTADDR, flag()],
      [IP_MINTTL, within(0, 255, 0)],
      [IP_HDRINCL, readOnly(0)],
      [IP_NODEFRAG, readOnly(0)],
      [IP_TRANSPARENT, flag()],
      [IP_MULTICAST_TTL, multicastTtl],
      [IP_MULTICAST_LOOP, flag(1)],
      [IP_MULTICAST_ALL, within(0, 1, 1)],
    ]),
  ],
  [
    SOL_TCP,
    new Map([
      [TCP_THIN_LINEAR_TIMEOUTS, within(0, 1, 0)],
      // Without effect since Linux 4.20, and so always off.
      [TCP_THIN_DUPACK, { initial: 0, accept: (value) => within(0, 1, 0).accept(value) * 0 }],
      [TCP_INQ, within(0, 1, 0)],
    ]),
  ],
]);

/** Values by option, of one level. */
export type Remembered = Map<number, number>;

function ruleFor({ family, type }: Holder, level: number, option: number): Rule {
  const rule = rules.get(level)?.get(option);
  if (rule === undefined) throw ENOPROTOOPT;
  if (option === SO_TXREHASH && level === SOL_SOCKET && (family !== AF_INET || type !== SOCK_STREAM)) throw EOPNOTSUPP;
  if (rule.family !== undefined && rule.family !== family) throw EOPNOTSUPP;
  // A stream has but one receiver.
  if (rule === multicastTtl && type === SOCK_STREAM) return { initial: 1, accept: within(1, 0, 1).accept };
  return rule;
}

/** The value of an option of this kind. Throws ENOPROTOOPT for every other option. */
export function rememberedOption(holder: Holder, level: number, option: number, values: Remembered | null): number {
  const rule = ruleFor(holder, level, option);
  return values?.get(option) ?? rule.initial;
}

/** What the option will be when a program sets it to `value`. Throws ENOPROTOOPT, EINVAL, EOPNOTSUPP. */
export function acceptOption(holder: Holder, level: number, option: number, value: number): number {
  const rule = ruleFor(holder, level, option);
  if (rule === zeroCopy && holder.family !== AF_INET) throw EOPNOTSUPP;
  return rule.accept(value);
}

/** Is one of these switched on? */
export function isOn(options: readonly number[], values: Remembered | null): boolean {
  return values !== null && options.some((option) => (values.get(option) ?? 0) !== 0);
}
