/** How well what arrives arrives: measured at each tick, told to the server every half minute. */
import { shallowRef } from "vue";
import { Arrivals, measure } from "../../media/arrival";
import type { Received } from "../../media/down";
import type { Connection } from "../../protocol/connection";

const REPORT_EVERY_SECONDS = 30;

/** Follows the pictures and sounds that this device receives. */
export class Reception {
  /** Sources whose picture has stopped. */
  readonly still = shallowRef<ReadonlySet<string>>(new Set());
  private readonly arrivals = new Arrivals();
  private reportAt: number;

  constructor(
    private readonly connection: Pick<Connection, "clock" | "say">,
    now: number,
  ) {
    this.reportAt = now + REPORT_EVERY_SECONDS;
  }

  /** What arrives was bound anew: the rest is forgotten. */
  keep(received: readonly Received[]): void {
    this.arrivals.keep(new Set(received.map(({ source }) => source)));
  }

  /** Measures every picture; reports when it is time. */
  async tick(received: readonly Received[], now: number): Promise<void> {
    for (const one of received) {
      const arrival = await measure(one);
      if (arrival !== null && one.track.kind === "video") {
        this.arrivals.take(one.source, arrival, now);
      }
    }
    this.still.value = this.arrivals.still(now);
    if (now >= this.reportAt) {
      this.reportAt = now + REPORT_EVERY_SECONDS;
      this.report();
    }
  }

  private report(): void {
    const { rtt, offset } = this.connection.clock;
    this.connection.say({
      type: "report",
      rtt_ms: rtt * 1000,
      clock_offset_ms: offset * 1000,
      loss: this.arrivals.lossSinceAsked(),
    });
  }
}
