/** What each receive slot carries just now; pure. */
import type { Binding, Slot } from "../protocol/messages";

/** The pool a down peer offers, in the order of its sections. */
export const CAMERA_PAIRS = 6;
export const EXTRA_SOUNDS = 4;

/** The kinds of the sections a fresh down peer offers, in order. */
export function pool(): ("audio" | "video")[] {
  return [...pairs(CAMERA_PAIRS), ...Array<"audio">(EXTRA_SOUNDS).fill("audio"), ...pairs(1)];
}

/** The sections of further camera pairs. */
export function pairs(count: number): ("audio" | "video")[] {
  return Array.from({ length: count }, () => ["video", "audio"] as const).flat();
}

/** Which source every slot carries. A binding may come before the answer that names the slot. */
export class Slots {
  private readonly sources = new Map<string, string>();
  private readonly uses = new Map<string, Slot["use"]>();

  /** The server's answer names the slots. */
  name(slots: readonly Slot[]): void {
    for (const slot of slots) {
      this.uses.set(slot.mid, slot.use);
    }
  }

  /** Some slots carry something else from now on. */
  bind(bindings: readonly Binding[]): void {
    for (const { mid, source } of bindings) {
      if (source === null) {
        this.sources.delete(mid);
      } else {
        this.sources.set(mid, source);
      }
    }
  }

  /** A new connection: nothing is bound. */
  clear(): void {
    this.sources.clear();
    this.uses.clear();
  }

  /** The source a section carries. */
  sourceIn(mid: string): string | null {
    return this.sources.get(mid) ?? null;
  }

  /** The section a source comes in. */
  midOf(source: string): string | null {
    for (const [mid, bound] of this.sources) {
      if (bound === source) {
        return mid;
      }
    }
    return null;
  }

  /** Section, use and source of every slot. */
  table(): { mid: string; use: Slot["use"] | null; source: string | null }[] {
    const mids = new Set([...this.uses.keys(), ...this.sources.keys()]);
    return [...mids].map((mid) => ({
      mid,
      use: this.uses.get(mid) ?? null,
      source: this.sourceIn(mid),
    }));
  }
}
