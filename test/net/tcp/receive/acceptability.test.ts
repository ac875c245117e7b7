/**
 * Which segments are listened to at all, and which are answered (RFC 9293 section 3.10.7.4, RFC 5961). Every state was fed with every
 * combination of flags, numbers and acknowledgements around the edges of the windows, on Linux 6.18 through a TUN device.
 */
import { describe, expect, it } from "vitest";
import { SHUT_WR } from "../../../../lib/sys";
import { Stage } from "../stage";

const OLD_WINDOW = "mss 1460";

/** The lines without their times. */
const words = (stage: Stage) => stage.heard().map((line) => line.split(" ").slice(1).join(" "));

describe("a segment without ACK, RST or SYN", () => {
  for (const [what, line] of [
    ["a FIN beyond the window", "F 70000:70000 win 257"],
    ["an old one without any flags", " 0:0 win 257"],
    ["data", "P 1:101 win 257"],
  ]) {
    it(`isn't even looked at: ${what} (tcp_rcv_state_process, tcp_rcv_established)`, () => {
      const stage = new Stage();
      stage.accepts();
      stage.say("F. 1:1 ack 1 win 257");
      stage.wait(100);
      stage.mark();
      stage.say(line);
      stage.wait(100);
      expect(stage.heard()).toEqual([]);
    });
  }
});

describe("a segment that goes beyond the window", () => {
  it("is taken while nothing waits to be read; the peer's FIN does, until the program has seen it (tcp_sequence)", () => {
    const stage = new Stage();
    const fd = stage.accepts(OLD_WINDOW, 65_535);
    stage.say("F. 1:1 ack 1 win 65535");
    stage.wait(100);
    stage.mark();
    stage.say("P. 64241:64252 ack 1 win 65535");
    expect(words(stage)).toEqual([". 1:1 ack 2 win 64239"]);
    expect(stage.read(fd)).toBe(0);
    stage.say("P. 64241:64252 ack 1 win 65535");
    expect(words(stage)).toEqual([]);
  });
});

describe("an acknowledgement older than all that is left to acknowledge (RFC 5961 5.2)", () => {
  it("is challenged where the peer has acknowledged no byte yet: our SYN doesn't count on the passive side (tcp_ack)", () => {
    const stage = new Stage();
    const fd = stage.accepts(OLD_WINDOW, 65_535);
    stage.call((sys) => sys.shutdown(fd, SHUT_WR));
    stage.say("F. 1:1 ack 1 win 65535");
    stage.heard();
    stage.say(". 2:2 ack 0 win 65535");
    stage.say(". 2:2 ack 0 win 65535");
    expect(words(stage)).toEqual([". 2:2 ack 2 win 64239"]);
    expect(stage.info(fd)).toMatchObject({ tcpi_bytes_acked: 0, tcpi_bytes_received: 1 });
  });

  it("isn't when bytes have been acknowledged: it has been overtaken", () => {
    const stage = new Stage();
    const fd = stage.accepts(OLD_WINDOW, 65_535);
    stage.write(fd, 100);
    stage.say(". 1:1 ack 101 win 65535");
    stage.heard();
    stage.say(". 1:1 ack 1 win 65535");
    expect(stage.heard()).toEqual([]);
    expect(stage.info(fd)).toMatchObject({ tcpi_bytes_acked: 100, tcpi_bytes_received: 0 });
  });
});
