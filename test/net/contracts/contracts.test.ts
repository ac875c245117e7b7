/** Our own modules, and some naive ones, held to the contracts that a learner's modules are held to. */
import { describe, expect, test } from "vitest";
import { NicDriver } from "../../../lib/device/nic-driver";
import { StandardArpCache } from "../../../lib/net/arp/arp-cache";
import { fold, internetChecksum } from "../../../lib/net/checksum";
import { StandardPortTable } from "../../../lib/net/inet/port-table";
import { SocketTable } from "../../../lib/net/inet/socket-table";
import { StandardReassembler } from "../../../lib/net/ip/reassembler";
import { LongestPrefixTable } from "../../../lib/net/ip/route-table";
import { StandardListenQueues } from "../../../lib/net/tcp/listen-queues";
import { StandardSendWindow } from "../../../lib/net/tcp/send-window";
import { StandardWakeUpRule } from "../../../lib/net/tcp/wake-up-rule";
import { StandardDatagramQueue } from "../../../lib/net/udp/datagram-queue";
import { arpCacheContract } from "./arp-cache";
import { byWords, checksumContract } from "./checksum";
import { datagramQueueContract } from "./datagram-queue";
import { demultiplexerContract } from "./demultiplexer";
import { listenQueuesContract } from "./listen-queues";
import { nicDriverContract } from "./nic-driver";
import { portTableContract } from "./port-table";
import { reassemblerContract } from "./reassembler";
import { ListTable, routeTableContract } from "./route-table";
import { sendWindowContract } from "./send-window";
import { wakeUpRuleContract } from "./wake-up-rule";

describe("our checksum", () => checksumContract(internetChecksum));
describe("the checksum of RFC 1071, word for word", () => checksumContract(byWords));
describe("our ARP cache", () => arpCacheContract(() => new StandardArpCache()));
describe("our route table", () => routeTableContract(() => new LongestPrefixTable()));
describe("a list as a route table", () => routeTableContract(() => new ListTable()));
describe("our reassembler", () => reassemblerContract(() => new StandardReassembler()));
describe("our port table", () => portTableContract((rules, random) => new StandardPortTable(rules, random)));
describe("our demultiplexer", () => demultiplexerContract(() => new SocketTable()));
describe("our listen queues", () => listenQueuesContract(() => new StandardListenQueues()));
describe("our send window", () => sendWindowContract(() => new StandardSendWindow()));
describe("our wake-up rule", () => wakeUpRuleContract(() => new StandardWakeUpRule()));
describe("our driver", () => nicDriverContract((card, device, mtu) => new NicDriver(device, card, mtu)));
describe("our datagram queue", () => datagramQueueContract(() => new StandardDatagramQueue()));

test("fold brings any sum below 65,536", () => {
  expect([0, 0xffff, 0x10000, 0x1fffe, 2 ** 40].map(fold)).toEqual([0, 0xffff, 1, 0xffff, 256]);
});
