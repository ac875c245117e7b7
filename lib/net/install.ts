/** Plugs the network into a kernel: from here on, socket(2) knows these address families. */
import type { Kernel } from "../kernel/kernel";
import { AF_INET, AF_UNIX } from "../sys/socket";
import { InetFamily } from "./inet/family";
import { attachNetwork, Network } from "./network";
import type { NetworkOptions, RandomSource } from "./network-options";
import { installTcp } from "./tcp/install";
import { UnixFamily } from "./unix/family";

/** Gives this kernel a network, with the loopback device and nothing else. */
export function installNetwork(kernel: Kernel, options: Partial<NetworkOptions> = {}): Network {
  const network = new Network(kernel, { ...options, random: options.random ?? sequenceFor(kernel.host) });
  attachNetwork(kernel, network);
  const inet = new InetFamily(network);
  kernel.socketFamilies.set(AF_UNIX, new UnixFamily(kernel));
  kernel.socketFamilies.set(AF_INET, inet);
  installTcp(network, inet);
  return network;
}

/** Numbers that differ from host to host, for who has no seeded ones (a linear congruential generator). */
function sequenceFor(host: string): RandomSource {
  let state = 2_166_136_261;
  for (const character of host) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return {
    uint32() {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state;
    },
  };
}
