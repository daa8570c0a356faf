/** Every sound this device plays: one audio element for each that arrives. */
import { playback } from "./playback";

/** One sound as it arrives. */
export interface Sound {
  readonly mid: string;
  readonly track: MediaStreamTrack;
}

const SPARES = 12;

/**
 * Plays the sounds of the lesson, or none on a device that is deaf because another of its room
 * plays them. Lip sync needs no common element: browsers keep tracks of one msid together.
 *
 * Some browsers let an element sound only if it was started in a tap, so a few are started, silent,
 * in the tap that enters and are kept for sounds to come: at most 12 spares.
 */
export class Loudspeaker {
  private readonly elements = new Map<string, HTMLAudioElement>();
  private readonly spares: HTMLAudioElement[] = [];
  private audible = true;

  /** Plays these sounds and no others. */
  play(sounds: readonly Sound[]): void {
    const wanted = new Set(sounds.map((sound) => sound.mid));
    for (const [mid, element] of this.elements) {
      if (!wanted.has(mid)) {
        this.elements.delete(mid);
        this.putAside(element);
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

  /** Call it in a tap: browsers that hold the sound back let it go then, and later sounds too. */
  unlock(): void {
    while (this.spares.length < SPARES) {
      this.spares.push(new Audio());
    }
    for (const element of this.spares) {
      element.srcObject = new MediaStream();
      // It has nothing to play yet; what counts is that it was started in the tap.
      element.play().catch(() => undefined);
    }
    playback.unlock();
  }

  /** Falls silent for good. */
  stop(): void {
    this.play([]);
    this.spares.length = 0;
  }

  private putAside(element: HTMLAudioElement): void {
    playback.leave(element);
    element.srcObject = null;
    if (this.spares.length < SPARES) {
      this.spares.push(element);
    }
  }

  private start({ mid, track }: Sound): void {
    const element = this.elements.get(mid) ?? this.spares.pop() ?? new Audio();
    const current = element.srcObject instanceof MediaStream ? element.srcObject : null;
    if (current?.getTracks()[0] === track) {
      return;
    }
    element.srcObject = new MediaStream([track]);
    element.muted = !this.audible;
    this.elements.set(mid, element);
    playback.start(element);
  }
}
