/** How this device's path to the server is: what passes, how long it takes and how much fits. */
import { measureBulk } from "./bulk";
import { measureExchange } from "./exchange";
import type { Losses } from "./losses";
import { measureUdp, type Udp } from "./udp";

/** What was measured; null where it could not be. */
export interface Path extends Losses {
  /** Whether the page and a request came by HTTPS. */
  readonly https: boolean;
  readonly websocket: boolean;
  /** Whether ICE and DTLS came up with the server's media port. */
  readonly udp: boolean;
  /** Whether media go by TCP, because UDP is shut. */
  readonly tcp: boolean;
  /** Whether media go by a relay, because the server's own port is shut. */
  readonly relay: boolean;
  /** The server's address that media goes to, or would; null where the server did not say. */
  readonly udp_to: string | null;
  /** Round trip: of media's path, or of the websocket where that is not known. */
  readonly rtt_ms: number | null;
  readonly up_kbps: number | null;
  readonly down_kbps: number | null;
  /** How far this device's clock is ahead of the server's. */
  readonly clock_ms: number | null;
}

const UNKNOWN = { rtt_ms: null, clock_ms: null };
const UNTRIED: Udp = {
  passes: false,
  tcp: false,
  relay: false,
  rtt_ms: null,
  to: null,
  loss_up: null,
  loss_down: null,
  jitter_ms: null,
};

/**
 * Measures, in about 10 s on a good path and at most three quarters of a minute on a broken one; never rejects.
 *
 * One thing after another, so that a transfer does not lengthen the round trips.
 *
 * @param token of a check's link, a lesson's, or a ticket of one's own.
 */
export async function measurePath(token: string): Promise<Path> {
  const exchange = await measureExchange(token);
  const udp = await measureUdp(token);
  const down_kbps = await measureBulk(token, "down");
  const up_kbps = await measureBulk(token, "up");
  const answered = exchange !== null || down_kbps !== null;
  const { passes, tcp, relay, rtt_ms, to, ...losses } = udp ?? UNTRIED;
  const { rtt_ms: signaling_ms, clock_ms } = exchange ?? UNKNOWN;
  return {
    https: answered && location.protocol === "https:",
    websocket: exchange !== null,
    udp: passes,
    tcp,
    relay,
    udp_to: to,
    rtt_ms: rtt_ms ?? signaling_ms,
    up_kbps,
    down_kbps,
    clock_ms,
    ...losses,
  };
}
