import type { Kernel } from "../../kernel/kernel";
import type { Socket, SocketFamily } from "../../kernel/socket";
import { EOPNOTSUPP } from "../../sys/errno";

/** AF_UNIX; being written. */
export class UnixFamily implements SocketFamily {
  constructor(readonly kernel: Kernel) {}
  create(): Socket {
    throw EOPNOTSUPP;
  }
  createPair(): [Socket, Socket] {
    throw EOPNOTSUPP;
  }
}
