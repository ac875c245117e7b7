/** What ICMP says of our segments (RFC 1122 section 4.2.3.9, RFC 1191, RFC 5927). */
import { describe, expect, it } from "vitest";
import { IP_MTU, SO_ERROR, SOL_IP, SOL_SOCKET } from "../../../../lib/sys";
import { Stage } from "../stage";

describe("a path that takes less than was thought (net.ipv4.route.min_pmtu)", () => {
  const sizesAfter = (mtu: number) => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 2000);
    stage.heard();
    stage.tooLong(1, mtu);
    return stage.heard().map((line) => line.split(" ")[2]);
  };

  it("what was too long is cut and sent again at once", () => {
    expect(sizesAfter(640)[0]).toBe("1:601");
  });

  it("less than 552 bytes isn't believed", () => {
    expect(sizesAfter(60)[0]).toBe("1:513");
  });

  it("nobody believes who names a number that isn't under way (RFC 5927 7.1; tcp_v4_err), nor that the path takes more again", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 2000);
    const path = () => stage.call((sys) => sys.getsockopt(fd, SOL_IP, IP_MTU));
    stage.tooLong(0, 600);
    stage.tooLong(5000, 600);
    expect(path()).toBe(1500);
    stage.tooLong(1, 640);
    stage.tooLong(1, 1000);
    expect(path()).toBe(640);
  });

  it("more than our segments need changes nothing", () => {
    expect(sizesAfter(9000)).toEqual([]);
  });
});

describe("unreachable, on a connection that is established", () => {
  it("is a hint, which SO_ERROR tells once and no other call", () => {
    // Network, host, protocol, port.
    for (const [code, errno] of [101, 113, 92, 111].entries()) {
      const stage = new Stage();
      const fd = stage.accepts();
      stage.write(fd, 100);
      stage.unreachable(1, code);
      expect(stage.read(fd)).toBe("EAGAIN");
      const asked = [1, 2].map(() => stage.call((sys) => sys.getsockopt(fd, SOL_SOCKET, SO_ERROR)));
      expect(asked).toEqual([errno, 0]);
    }
  });

  it("a number that isn't under way is a guess (RFC 5927 4.1)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 100);
    stage.unreachable(5000, 1);
    expect(stage.call((sys) => sys.getsockopt(fd, SOL_SOCKET, SO_ERROR))).toBe(0);
  });
});
