/** One event as one plain sentence: what a person would say who watched the kernel. */
import type { KernelEvent } from "../../kernel/events";
import type { HostTables } from "../../trace/tables";
import type { Sentences } from "./context";
import { descriptorSentences } from "./descriptors";
import { objectSentences } from "./objects";
import { processSentences } from "./processes";

const sentences: Sentences<KernelEvent["type"]> = { ...processSentences, ...descriptorSentences, ...objectSentences };

/** The sentence for an event. `before` are the tables of its machine just before it. An event of another room is named by its type. */
export function sentence(event: KernelEvent, before: HostTables): string {
  const say = sentences[event.type] as ((event: KernelEvent, before: HostTables) => string) | undefined;
  return say ? say(event, before) : `${event.type}.`;
}
