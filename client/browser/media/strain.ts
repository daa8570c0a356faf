/** How many of a camera's layers a computer that is short of processor time leaves out. */

/** Seconds that a browser must call the processor the limit before a layer goes. */
export const SHORT_SECONDS = 5;
/** Seconds until it is tried again; twice as long each time that it was in vain. */
export const REST_SECONDS = 60;
/** The longest rest. */
export const LONGEST_SECONDS = 600;

/**
 * Browsers lower the rate of a picture in layers where the processor is short, but not its size, as
 * they do with a picture in one piece. Pure.
 */
export class Strain {
  /** The highest so many layers are not sent. */
  spared = 0;
  private since: number | null = null;
  private rest = REST_SECONDS;
  private triedAt = -Infinity;
  private calmAt = Infinity;

  /** Takes whether the processor limits any of `layers` layers now; once a second or so. */
  take(limited: boolean, layers: number, now: number): void {
    this.since = limited ? (this.since ?? now) : null;
    if (this.since !== null && now - this.since >= SHORT_SECONDS) {
      this.spare(layers, now);
    } else if (this.spared > 0 && now >= this.calmAt) {
      this.spared -= 1;
      this.triedAt = now;
      this.calmAt = now + this.rest;
    }
  }

  private spare(layers: number, now: number): void {
    const inVain = now - this.triedAt < REST_SECONDS;
    this.rest = inVain ? Math.min(2 * this.rest, LONGEST_SECONDS) : REST_SECONDS;
    this.spared = Math.min(this.spared + 1, Math.max(0, layers - 1));
    this.since = null;
    this.calmAt = now + this.rest;
  }
}

/** Whether the browser says that the processor limits one of these; Firefox says nothing. */
export async function limited(
  senders: readonly Pick<RTCRtpSender, "getStats">[],
): Promise<boolean> {
  let found = false;
  for (const sender of senders) {
    (await sender.getStats()).forEach((one: RTCStats & { qualityLimitationReason?: string }) => {
      found ||= one.type === "outbound-rtp" && one.qualityLimitationReason === "cpu";
    });
  }
  return found;
}
