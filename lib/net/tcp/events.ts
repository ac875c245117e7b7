/**
 * What happens in TCP, as plain data. Whoever writes TCP adds to this union.
 */
import type { EventBase } from "../../kernel/events";

type Ev<Type extends string, Fields> = EventBase & { readonly type: Type } & Readonly<Fields>;

export type TcpEvent = Ev<"tcp.state", { object: string; state: string }>;
