/** What any pair of listen queues must do. An exercise's answer is held to the same. */
import { expect } from "vitest";
import type { ListenQueues } from "../../../lib/net/tcp/open/listen-queues";
import { asTest, type Case } from "./cases";

export function listenQueuesContract(make: () => ListenQueues, test: Case = asTest): void {
  function made(backlog: number): ListenQueues {
    const queues = make();
    queues.setBacklog(backlog);
    return queues;
  }

  test("connections are handed out in the order in which they came, each once", () => {
    const queues = made(5);
    expect([queues.length, queues.takeConnection()]).toEqual([0, null]);
    for (const connection of ["a", "b", "c"]) queues.addConnection(connection);
    expect(queues.length).toBe(3);
    const taken = [1, 2, 3, 4].map(() => queues.takeConnection());
    expect([taken, queues.length]).toEqual([["a", "b", "c", null], 0]);
  });

  test("one connection more than the backlog fits; a place that is left is free again", () => {
    for (const backlog of [0, 1, 7]) {
      const queues = made(backlog);
      for (let i = 0; i <= backlog; i++) {
        expect(queues.mayComplete()).toBe(true);
        queues.addConnection(i);
      }
      expect(queues.mayComplete()).toBe(false);
      queues.takeConnection();
      expect(queues.mayComplete()).toBe(true);
    }
  });

  test("while the accept queue is full, no handshake is begun", () => {
    const queues = made(0);
    expect(queues.mayRequest()).toBe(true);
    queues.addConnection("a");
    expect(queues.mayRequest()).toBe(false);
    queues.takeConnection();
    expect(queues.mayRequest()).toBe(true);
  });

  test("requests are counted, and take no place from connections", () => {
    const queues = made(0);
    const requests = [{ of: 1 }, { of: 2 }];
    for (const request of requests) queues.addRequest(request);
    expect([queues.requests, queues.length, queues.mayComplete()]).toEqual([2, 0, true]);
    queues.removeRequest(requests[0]);
    queues.addConnection("a");
    expect([queues.requests, queues.length]).toEqual([1, 1]);
    queues.removeRequest(requests[1]);
    expect(queues.requests).toBe(0);
  });

  test("listen may be called again: a shorter queue keeps who is in it, a longer one takes more", () => {
    const queues = made(2);
    for (const connection of ["a", "b", "c"]) queues.addConnection(connection);
    queues.setBacklog(0);
    expect([queues.length, queues.mayComplete()]).toEqual([3, false]);
    queues.setBacklog(3);
    expect(queues.mayComplete()).toBe(true);
    expect(queues.takeConnection()).toBe("a");
  });
}
