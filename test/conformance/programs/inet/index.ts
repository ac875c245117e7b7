import type { Suite } from "../program";
import { bind } from "./bind";
import { bindConflicts } from "./bind-conflicts";
import { connect } from "./connect";
import { full } from "./full";
import { listenAccept } from "./listen-accept";
import { sendReceive } from "./send-receive";
import { shutdown } from "./shutdown";

/** The sockets of AF_INET, a family of behaviours each. */
export const inetSuites: Readonly<Record<string, Suite>> = {
  "AF_INET: bind": bind,
  "AF_INET: bind, who may share a port": bindConflicts,
  "AF_INET: connect": connect,
  "AF_INET: listen and accept": listenAccept,
  "AF_INET: send and receive on TCP": sendReceive,
  "AF_INET: connections that are full": full,
  "AF_INET: shutdown and close": shutdown,
};
