/** When a camera or microphone that was taken away is asked for again; pure. */

/** A device that can be taken away: by a phone call, a locked screen, another program, a cable. */
export type Taken = "camera" | "microphone";

/** Seconds between two tries; after the last one it stays with the person. */
const PAUSES = [0, 2, 4, 8, 15, 30, 30, 30, 30] as const;
/** Seconds a device that is only muted is given to come back by itself, once the page is seen. */
const PATIENCE_SECONDS = 2;
/** Tries for a muted one: a switch on its case mutes it for good. */
const MUTED_TRIES = 2;

interface Loss {
  readonly ended: boolean;
  readonly tries: number;
  /** When the next try is due; never while it may still come back by itself. */
  readonly due: number;
}

/**
 * Follows what was taken away. While the page is hidden nothing is tried: phones refuse the camera
 * to hidden pages. What ended is asked for as soon as the page is seen; what is muted usually comes
 * back by itself when the call is over, and is taken anew only if it does not.
 */
export class Retake {
  private readonly losses = new Map<Taken, Loss>();

  /** What is away just now. */
  get away(): readonly Taken[] {
    return [...this.losses.keys()];
  }

  /** A track ended by itself. */
  ended(what: Taken, now: number): void {
    this.losses.set(what, { ended: true, tries: 0, due: now });
  }

  /** A track sends nothing for the time being. */
  muted(what: Taken): void {
    if (!this.losses.has(what)) {
      this.losses.set(what, { ended: false, tries: 0, due: Infinity });
    }
  }

  /** A track sends again. */
  unmuted(what: Taken): void {
    if (this.losses.get(what)?.ended === false) {
      this.losses.delete(what);
    }
  }

  /** It was taken again, was switched off by hand, or will not be had: nothing more to try. */
  settled(what: Taken): void {
    this.losses.delete(what);
  }

  /** The page is seen again, or a device was plugged in. */
  seen(now: number): void {
    for (const [what, { ended }] of this.losses) {
      this.losses.set(what, { ended, tries: 0, due: now + (ended ? 0 : PATIENCE_SECONDS) });
    }
  }

  /** What to ask for now; it then counts as tried. */
  due(visible: boolean, now: number): Taken[] {
    const found = [...this.losses].filter(([, loss]) => visible && loss.due <= now);
    for (const [what, { ended, tries }] of found) {
      const more = ended || tries + 1 < MUTED_TRIES ? PAUSES[tries + 1] : undefined;
      this.losses.set(what, { ended, tries: tries + 1, due: now + (more ?? Infinity) });
    }
    return found.map(([what]) => what);
  }
}
