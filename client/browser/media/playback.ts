/** Everything of the page that plays: started by an explicit call, let go by one tap for all. */

/** The part of a media element that is needed. */
export type Playing = Pick<HTMLMediaElement, "play" | "paused">;

/**
 * Starts every element by hand and remembers which ones the browser held back, so that one tap lets
 * all of them go; after a phone call or a locked screen it starts again those that stand.
 */
export class Playback {
  /** Told whether the browser wants a tap before it plays. */
  refused: (is: boolean) => void = () => undefined;
  private readonly elements = new Set<Playing>();
  private readonly held = new Set<Playing>();

  /** Plays an element from now on; call it again when it gets another source. */
  start(element: Playing): void {
    this.elements.add(element);
    this.play(element);
  }

  /** An element plays no more. */
  leave(element: Playing): void {
    this.elements.delete(element);
    this.letGo(element);
  }

  /** Call it in a tap: starts all that were held back. */
  unlock(): void {
    for (const element of [...this.held]) {
      this.play(element);
    }
  }

  /** The page is seen again: starts those that the system stopped meanwhile. */
  resume(): void {
    for (const element of this.elements) {
      if (element.paused) {
        this.play(element);
      }
    }
  }

  private play(element: Playing): void {
    element.play().then(
      () => {
        this.letGo(element);
      },
      (error: unknown) => {
        // An element whose source is replaced says AbortError; only a refusal needs a tap.
        if (error instanceof Error && error.name === "NotAllowedError") {
          this.hold(element);
        }
      },
    );
  }

  private hold(element: Playing): void {
    if (this.elements.has(element)) {
      this.held.add(element);
      this.refused(true);
    }
  }

  private letGo(element: Playing): void {
    if (this.held.delete(element) && this.held.size === 0) {
      this.refused(false);
    }
  }
}

/** The one of this page. */
export const playback = new Playback();
