/**
 * NAPI: one device's turn in the soft interrupt.
 *
 * The device hands up what it has received, at most a budget of packets. What GRO has put together from them goes up at the end of the
 * turn: the next one may be far away, and nobody is to wait for it.
 *
 * Source: Documentation/networking/napi.rst; __napi_poll and napi_complete_done in net/core/dev.c. Linux keeps what it has put together
 * when the budget was used up, because the next turn follows at once.
 */
import type { Gro } from "../ethernet/gro";
import type { NetDevice } from "./net-device";
import type { PollSource } from "./softirq";

export class Napi implements PollSource {
  scheduled = false;

  constructor(
    private readonly device: NetDevice,
    private readonly gro: Gro,
  ) {}

  poll(budget: number): number {
    const done = this.device.poll(budget);
    this.gro.flush();
    return done;
  }
}
