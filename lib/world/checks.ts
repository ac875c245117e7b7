/**
 * What is wrong with a machine that somebody asks for: an option that doesn't exist, an address that can't be a machine's, an organ
 * with a name that no organ has.
 *
 * It is looked at before anything is made, so that a mistake shows where it was made, and not as a packet that never arrives. These
 * checks are for whoever builds a world; a kernel's own rules are wider, like Linux's (`ip address add` takes nearly anything).
 */
import type { DeviceModules } from "../device/guarded-driver";
import { type KernelModules, standardModules } from "../kernel/modules";
import {
  broadcastOf,
  formatIpv4,
  ipv4Address,
  isLoopback,
  isUnicast,
  networkOf as networkPart,
  type Prefix,
  parsePrefix,
} from "../net/addresses";
import { type NetModules, standardNetModules } from "../net/modules/modules";
import { congestionControlOf } from "../net/tcp/congestion/congestion-by-name";
import { TcpSysctl, UNUSED_SYSCTLS } from "../net/tcp/sysctl";
import { checkOptionNames, type OptionNames } from "../sys/known-options";
import type { CardOptions } from "./wiring";
import type { HostOptions } from "./world";

const HOST_OPTIONS: OptionNames<HostOptions> = {
  modules: true,
  patience: true,
  address: true,
  gateway: true,
  forwarding: true,
  card: true,
  sysctl: true,
  files: true,
  stdin: true,
  onExit: true,
};

const CARD_OPTIONS: OptionNames<CardOptions> = {
  address: true,
  mtu: true,
  driver: true,
  mac: true,
  ringSize: true,
  interruptInterval: true,
  checksumOffload: true,
  promiscuous: true,
};

/** The smallest and the largest MTU that Linux lets an Ethernet device have (ETH_MIN_MTU, ETH_MAX_MTU). */
const MIN_MTU = 68;
const MAX_MTU = 65_535;
/** A frame may take two descriptors, and one always stays the driver's. */
const MIN_RING = 3;

type Modules = Partial<KernelModules & NetModules & DeviceModules>;

/** Throws a TypeError or RangeError that says what is wrong with `world.host(name, options)`, and what would be right. */
export function checkHost(name: string, options: HostOptions): void {
  if (typeof name !== "string" || name === "")
    throw new TypeError(`a machine needs a name, as in world.host("alice"), not ${show(name)}`);
  checkOptionNames("world.host", options, HOST_OPTIONS);
  checkModules(options.modules ?? {});
  checkSysctl(options.sysctl ?? {});
  if (options.card !== undefined) checkCard(options.card);
  const own = options.address === undefined ? null : checkAddress(options.address);
  if (options.gateway !== undefined) checkGateway(options.gateway, own);
}

/** The same for `world.card(host, options)` and for `card: { … }` of a host. */
export function checkCard(options: CardOptions): void {
  checkOptionNames("a card", options, CARD_OPTIONS);
  const { address, mtu = MAX_MTU, ringSize = MIN_RING, interruptInterval = 0, driver } = options;
  if (address !== undefined) checkAddress(address);
  if (!(Number.isInteger(mtu) && mtu >= MIN_MTU && mtu <= MAX_MTU))
    throw new RangeError(`mtu is the largest IP packet in bytes, from ${MIN_MTU} to ${MAX_MTU}, not ${show(mtu)}`);
  if (!(Number.isInteger(ringSize) && ringSize >= MIN_RING))
    throw new RangeError(`ringSize is a number of descriptors, at least ${MIN_RING}, not ${show(ringSize)}`);
  if (!(Number.isFinite(interruptInterval) && interruptInterval >= 0))
    throw new RangeError(`interruptInterval is in nanoseconds, 0 or more, not ${show(interruptInterval)}`);
  if (driver !== undefined && typeof driver !== "function")
    throw new TypeError(`driver is a function that makes a driver: (card, device, mtu) => …, not ${show(driver)}`);
}

/** "10.0.0.1/24": one machine's address, and how large its network is. */
function checkAddress(text: string): Prefix {
  if (typeof text !== "string" || !text.includes("/"))
    throw new TypeError(
      `an address needs the length of its network's prefix, such as "10.0.0.1/24", not ${show(text)}`,
    );
  const prefix = parsePrefix(text);
  const { address, length } = prefix;
  if (!isUnicast(address) || isLoopback(address))
    throw new RangeError(`${formatIpv4(address)} can't be the address of a card; take one such as 10.0.0.1`);
  // In a network of one or two addresses all of them are machines' (RFC 3021).
  const whole = length < 31 && address === networkPart(address, length);
  const everybody = length < 31 && address === broadcastOf(address, length);
  if (whole || everybody)
    throw new RangeError(
      `${text} is the address of ${whole ? "the whole network" : "everybody in the network"}, not of one machine`,
    );
  return prefix;
}

/** A router can be reached only on a wire of one's own. */
function checkGateway(text: string, own: Prefix | null): void {
  const gateway = ipv4Address(text);
  if (own === null) throw new TypeError("a gateway needs an address of the machine's own, in the same network");
  const network = networkPart(own.address, own.length);
  if (networkPart(gateway, own.length) !== network)
    throw new TypeError(`the gateway ${text} isn't in the machine's network, ${formatIpv4(network)}/${own.length}`);
}

function checkModules(modules: Modules): void {
  const known = Object.keys({ ...standardModules, ...standardNetModules, nicDriver: true });
  for (const [name, module] of Object.entries(modules)) {
    // One that is undefined was left out.
    if (!known.includes(name))
      throw new TypeError(`there is no organ "${name}" to be replaced. There are: ${known.join(", ")}`);
    if (module !== undefined && typeof module !== "function")
      throw new TypeError(
        `modules: { ${name}: … } takes a function, as lib/net/modules/modules.ts shows, not ${show(module)}`,
      );
  }
}

function checkSysctl(sysctl: Partial<TcpSysctl>): void {
  const defaults = new TcpSysctl();
  const known = Object.keys(defaults);
  for (const [name, value] of Object.entries(sysctl)) {
    if (UNUSED_SYSCTLS.includes(name)) continue;
    if (!known.includes(name)) throw new TypeError(`there is no sysctl "${name}". There are: ${known.join(", ")}`);
    const kind = typeof Reflect.get(defaults, name);
    if (kind === "string") {
      if (congestionControlOf(String(value)) === null)
        throw new TypeError(`there is no congestion control ${show(value)}`);
      continue;
    }
    const one = kind === "number";
    if (one ? !isAmount(value) : !(Array.isArray(value) && value.length === 3 && value.every(isAmount)))
      throw new TypeError(
        `${name} takes ${one ? "a number" : "three numbers, [least, default, most]"}, not ${show(value)}`,
      );
  }
}

function isAmount(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

function show(value: unknown): string {
  return typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
}
