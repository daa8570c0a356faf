/** Everything this device plays: one audio element for each sound that arrives. */

/** One sound as it arrives. */
export interface Sound {
  readonly mid: string;
  readonly track: MediaStreamTrack;
}

/**
 * Plays the sounds of the lesson, or none on a device that is deaf because another of its room
 * plays them. Lip sync needs no common element: browsers keep tracks of one msid together.
 */
export class Loudspeaker {
  private readonly elements = new Map<string, HTMLAudioElement>();
  private audible = true;

  /** `blocked` is told whether the browser wants a tap before it plays. */
  constructor(private readonly blocked: (is: boolean) => void) {}

  /** Plays these sounds and no others. */
  play(sounds: readonly Sound[]): void {
    const wanted = new Set(sounds.map((sound) => sound.mid));
    for (const [mid, element] of this.elements) {
      if (!wanted.has(mid)) {
        element.srcObject = null;
        this.elements.delete(mid);
      }
    }
    for (const sound of sounds) {
      this.start(sound);
    }
  }

  /** Whether this device is heard at all. */
  set on(value: boolean) {
    this.audible = value;
    for (const element of this.elements.values()) {
      element.muted = !value;
    }
  }

  /** Call it in a tap: browsers that held the sound back let it go then. */
  unlock(): void {
    this.blocked(false);
    for (const element of this.elements.values()) {
      this.begin(element);
    }
  }

  /** Falls silent for good. */
  stop(): void {
    this.play([]);
  }

  private start({ mid, track }: Sound): void {
    const element = this.elements.get(mid) ?? new Audio();
    const current = element.srcObject instanceof MediaStream ? element.srcObject : null;
    if (current?.getTracks()[0] === track) {
      return;
    }
    element.srcObject = new MediaStream([track]);
    element.muted = !this.audible;
    this.elements.set(mid, element);
    this.begin(element);
  }

  private begin(element: HTMLAudioElement): void {
    element.play().catch((error: unknown) => {
      // An element whose source is replaced says AbortError; only a refusal needs a tap.
      if (error instanceof Error && error.name === "NotAllowedError") {
        this.blocked(true);
      }
    });
  }
}
