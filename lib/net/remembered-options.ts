/**
 * Options that a program may set and ask for, and that change nothing here: the value is kept and given back.
 *
 * They ask for what the model doesn't have: priorities, timestamps and control messages with a datagram, urgent data, multicast.
 * Programs set them, and go on when that works. What comes back isn't always what went in: a switch is 0 or 1.
 *
 * **Not modelled:** effects of these options, options that take a privilege (SO_DEBUG, SO_MARK, SO_BINDTODEVICE, IP_TRANSPARENT,
 * …). The real machine shows a socket's options with `ss -e`.
 *
 * Source: socket(7), ip(7); net/core/sock.c (sk_setsockopt), net/ipv4/ip_sockglue.c (do_ip_setsockopt).
 */
import { EINVAL, ENOPROTOOPT } from "../sys/errno";
import {
  IP_MINTTL,
  IP_MULTICAST_ALL,
  IP_MULTICAST_LOOP,
  IP_PKTINFO,
  IP_RECVOPTS,
  IP_RECVORIGDSTADDR,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_RETOPTS,
  SO_BSDCOMPAT,
  SO_DONTROUTE,
  SO_INCOMING_CPU,
  SO_NO_CHECK,
  SO_OOBINLINE,
  SO_PRIORITY,
  SO_RXQ_OVFL,
  SO_SELECT_ERR_QUEUE,
  SO_SNDLOWAT,
  SO_TIMESTAMP,
  SOL_IP,
  SOL_SOCKET,
} from "../sys/socket";

/** What an option is when nobody has set it, and what it becomes when somebody does. */
interface Rule {
  readonly initial: number;
  readonly accept: (value: number) => number;
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

const rules = new Map<number, ReadonlyMap<number, Rule>>([
  [
    SOL_SOCKET,
    new Map([
      [SO_DONTROUTE, flag()],
      [SO_OOBINLINE, flag()],
      [SO_NO_CHECK, flag()],
      [SO_PRIORITY, number()],
      [SO_BSDCOMPAT, always(0)],
      [SO_SNDLOWAT, readOnly(1)],
      [SO_TIMESTAMP, flag()],
      [SO_RXQ_OVFL, flag()],
      [SO_SELECT_ERR_QUEUE, flag()],
      [SO_INCOMING_CPU, number(-1)],
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
      [IP_MULTICAST_LOOP, flag(1)],
      [IP_MULTICAST_ALL, within(0, 1, 1)],
    ]),
  ],
]);

/** Values by option, of one level. */
export type Remembered = Map<number, number>;

/** The value of an option of this kind. Throws ENOPROTOOPT for every other option. */
export function rememberedOption(level: number, option: number, values: Remembered | null): number {
  const rule = rules.get(level)?.get(option);
  if (rule === undefined) throw ENOPROTOOPT;
  return values?.get(option) ?? rule.initial;
}

/** What the option will be when a program sets it to `value`. Throws ENOPROTOOPT, EINVAL. */
export function acceptOption(level: number, option: number, value: number): number {
  const rule = rules.get(level)?.get(option);
  if (rule === undefined) throw ENOPROTOOPT;
  return rule.accept(value);
}
