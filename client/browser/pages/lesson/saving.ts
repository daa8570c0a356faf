/** The data saver of this device, and what the lesson has cost it so far. */
import { ref } from "vue";
import { Traffic } from "../../media/traffic";
import type { Peers } from "./peers";

const REMEMBERED = "tongke.saving";
const EVERY_SECONDS = 2;

/** Whether this device saves data; remembered, for whoever pays by the megabyte does so each day. */
export function savesData(): boolean {
  return localStorage.getItem(REMEMBERED) === "on";
}

/** Saves data from now on, or no more. */
export function rememberSaving(on: boolean): void {
  localStorage.setItem(REMEMBERED, on ? "on" : "off");
}

/** Counts bytes while a lesson runs. */
export class Saving {
  readonly on = ref(savesData());
  /** Bytes sent and received in this lesson. */
  readonly used = ref(0);
  /** Bytes a second just now. */
  readonly rate = ref(0);
  private readonly traffic = new Traffic();
  private countAt = -Infinity;

  constructor(private readonly peers: Pick<Peers, "traffic">) {}

  /** Turns it; what comes from now on is estimated by what comes from now on. */
  turn(on: boolean): void {
    this.on.value = on;
    rememberSaving(on);
    this.traffic.changed();
  }

  /** Time has passed. */
  async tick(now: number): Promise<void> {
    if (now < this.countAt) {
      return;
    }
    this.countAt = now + EVERY_SECONDS;
    for (const { id, bytes } of await this.peers.traffic()) {
      this.traffic.take(id, bytes, now);
    }
    this.used.value = this.traffic.used;
    this.rate.value = this.traffic.rate();
  }
}
