/** One MediaSource with one SourceBuffer: appends pieces of any part, one operation after another. */
import type { Piece } from "./coverage";
import type { Range } from "./appetite";

type Kind = typeof MediaSource;

/** The browser's MediaSource; iPhones have a managed one only; null when there is none. */
export function mediaSource(): Kind | null {
  const scope = globalThis as { ManagedMediaSource?: Kind; MediaSource?: Kind };
  return scope.MediaSource ?? scope.ManagedMediaSource ?? null;
}

/** Whether this browser plays a part. */
export function plays(mime: string): boolean {
  return mediaSource()?.isTypeSupported(mime) ?? false;
}

/** Feeds one media element; lives as long as the element keeps this source. */
export class Feed {
  private readonly source: MediaSource;
  private readonly url: string;
  private buffer: SourceBuffer | null = null;
  private duration = 0;
  private mime = "";
  private file = "";

  constructor(
    private readonly element: HTMLMediaElement,
    Source: Kind,
  ) {
    this.source = new Source();
    this.url = URL.createObjectURL(this.source);
    // A managed source opens only where the picture cannot be sent elsewhere.
    element.disableRemotePlayback = true;
    element.src = this.url;
  }

  /** Resolves when pieces can be appended; `duration` is the last moment one may seek to. */
  async open(mime: string, duration: number): Promise<void> {
    if (this.source.readyState !== "open") {
      await once(this.source, "sourceopen");
      URL.revokeObjectURL(this.url);
    }
    this.duration = duration;
    this.source.duration = duration;
    this.buffer = this.source.addSourceBuffer(mime);
    this.mime = mime;
  }

  /** Where there is media, in lesson time. */
  buffered(): Range[] {
    if (this.buffer === null || this.source.readyState === "closed") {
      return [];
    }
    const ranges = this.buffer.buffered;
    return Array.from({ length: ranges.length }, (_, index) => ({
      from: ranges.start(index),
      to: ranges.end(index),
    }));
  }

  /** Appends a piece behind its part's head; rejects with QuotaExceededError when memory is full. */
  async append(piece: Piece, head: ArrayBuffer, body: ArrayBuffer): Promise<void> {
    const buffer = this.writable;
    if (this.file !== piece.part.file) {
      if (this.mime !== piece.part.mime) {
        buffer.changeType(piece.part.mime);
        this.mime = piece.part.mime;
      }
      buffer.timestampOffset = piece.part.start;
      await this.push(buffer, head);
      this.file = piece.part.file;
    }
    await this.push(buffer, body);
    if (this.source.readyState === "open" && this.source.duration < this.duration) {
      // An end told before has shortened it, and nothing can be sought behind it.
      this.source.duration = this.duration;
    }
  }

  /** Throws media away. */
  async remove({ from, to }: Range): Promise<void> {
    const buffer = this.writable;
    buffer.remove(from, Math.min(to, this.source.duration));
    await settled(buffer);
  }

  /** Nothing comes after what is there, until something is appended again. */
  end(): void {
    if (this.source.readyState === "open") {
      this.source.endOfStream();
    }
  }

  /** Lets go of the element. */
  close(): void {
    URL.revokeObjectURL(this.url);
    this.element.removeAttribute("src");
    this.element.load();
    this.buffer = null;
  }

  private get writable(): SourceBuffer {
    if (this.buffer === null || this.source.readyState === "closed") {
      throw new DOMException("the element let go of its source", "InvalidStateError");
    }
    return this.buffer;
  }

  private async push(buffer: SourceBuffer, data: ArrayBuffer): Promise<void> {
    buffer.appendBuffer(data);
    await settled(buffer);
  }
}

function once(target: EventTarget, type: string): Promise<void> {
  return new Promise((resolve) => {
    target.addEventListener(type, () => resolve(), { once: true });
  });
}

/** Resolves when the operation under way has ended; rejects when the bytes could not be read. */
function settled(buffer: SourceBuffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (): void => {
      buffer.removeEventListener("error", failed);
      resolve();
    };
    const failed = (): void => {
      buffer.removeEventListener("updateend", ended);
      reject(new DOMException("these bytes cannot be played", "EncodingError"));
    };
    buffer.addEventListener("updateend", ended, { once: true });
    buffer.addEventListener("error", failed, { once: true });
  });
}
