/** Keeps the screen lit during a lesson: nobody touches a panel or a phone for forty minutes. */

/** What is needed of the page. */
export interface Lit {
  /** The Screen Wake Lock API where the browser has it, and lets this page use it. */
  readonly lock: (() => Promise<WakeLockSentinel>) | null;
  /** A picture that moves and is not shown: browsers without the API stay awake while one plays. */
  readonly moving: () => { start(): void; stop(): void };
  readonly visible: () => boolean;
}

/**
 * Holds a wake lock. The system takes it whenever the page is hidden, so `seen` asks for it again.
 */
export class Wakefulness {
  private sentinel: WakeLockSentinel | null = null;
  private wanted = false;
  private asking = false;
  private picture: ReturnType<Lit["moving"]> | null = null;

  constructor(private readonly page: Lit = thisPage()) {}

  /** Keeps the screen lit from now on. */
  start(): void {
    this.wanted = true;
    this.seen();
  }

  /** The page is seen again: takes the lock anew if it was taken away. */
  seen(): void {
    if (!this.wanted || !this.page.visible()) {
      return;
    }
    if (this.page.lock === null) {
      this.fallBack();
    } else if (this.sentinel === null && !this.asking) {
      void this.take(this.page.lock);
    }
  }

  /** Lets the screen go dark. */
  stop(): void {
    this.wanted = false;
    this.picture?.stop();
    this.picture = null;
    void this.sentinel?.release();
    this.sentinel = null;
  }

  private async take(lock: NonNullable<Lit["lock"]>): Promise<void> {
    this.asking = true;
    try {
      const sentinel = await lock();
      sentinel.addEventListener("release", () => {
        this.sentinel = null;
      });
      this.sentinel = sentinel;
    } catch {
      this.fallBack(); // a low battery refuses the lock
    }
    this.asking = false;
    if (!this.wanted) {
      this.stop();
    }
  }

  private fallBack(): void {
    this.picture ??= this.page.moving();
    this.picture.start();
  }
}

function thisPage(): Lit {
  // Types say that every browser has it; those before Chrome 84 and Safari 16.4 have not.
  const api = (navigator as Partial<Navigator>).wakeLock;
  return {
    lock: api === undefined ? null : () => api.request("screen"),
    moving: movingPicture,
    visible: () => document.visibilityState === "visible",
  };
}

const TWO_A_SECOND_MS = 500;

/** One grey dot that changes twice a second. */
function movingPicture(): ReturnType<Lit["moving"]> {
  const canvas = document.createElement("canvas");
  const video = document.createElement("video");
  [canvas.width, canvas.height] = [2, 2];
  video.muted = true;
  video.playsInline = true;
  let timer: ReturnType<typeof setInterval> | undefined;
  let shade = 0;
  const draw = (): void => {
    const pen = canvas.getContext("2d");
    if (pen !== null) {
      shade = 255 - shade;
      pen.fillStyle = `rgb(${String(shade)} ${String(shade)} ${String(shade)})`;
      pen.fillRect(0, 0, 2, 2);
    }
  };
  return {
    start() {
      timer ??= setInterval(draw, TWO_A_SECOND_MS);
      video.srcObject ??= canvas.captureStream();
      video.play().catch(() => undefined); // without it the screen goes dark, the lesson goes on
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      video.srcObject = null;
    },
  };
}
