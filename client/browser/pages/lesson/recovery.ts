/** Back by itself: what a phone call, a locked screen or another network took away is taken again. */
import { shallowRef } from "vue";
import { playback } from "../../media/playback";
import { Retake, type Taken } from "../../media/retake";
import { Wakefulness } from "../../media/wakefulness";
import type { Fate } from "./own";

/** What it can do about it. */
export interface Means {
  /** Takes a device again; false while it is not to be had. */
  retake(what: Taken): Promise<boolean>;
  /** The way to the server is another one: what runs over the old one is lost. */
  reroute(): void;
  /** A monotonic clock in seconds. */
  now(): number;
}

/** The Network Information API, which phones have and few others. */
interface Network extends EventTarget {
  readonly type?: string;
}

const network = (navigator as { readonly connection?: Network }).connection;

/** Watches page, devices and network for the length of a lesson. */
export class Recovery {
  /** Devices that are away just now and come back by themselves. */
  readonly away = shallowRef<readonly Taken[]>([]);
  private readonly losses = new Retake();
  private readonly screen = new Wakefulness();
  private readonly busy = new Set<Taken>();
  private readonly watched: (() => void)[] = [];
  private way = network?.type;

  constructor(private readonly means: Means) {}

  /** Begins to watch. */
  start(): void {
    const seen = this.seen.bind(this);
    this.watch(document, "visibilitychange", seen);
    this.watch(window, "pageshow", seen);
    this.watch((navigator as Partial<Navigator>).mediaDevices, "devicechange", seen);
    this.watch(network, "change", this.moved.bind(this));
    this.screen.start();
  }

  /** Watches no more. */
  stop(): void {
    for (const forget of this.watched.splice(0)) {
      forget();
    }
    this.screen.stop();
  }

  /** Something became of a device. */
  fared(what: Taken, how: Fate): void {
    if (how === "ended") {
      this.losses.ended(what, this.means.now());
    } else {
      this.losses[how](what);
    }
    this.tick();
  }

  /** Time has passed: tries what is due. */
  tick(): void {
    for (const what of this.losses.due(isVisible(), this.means.now())) {
      void this.retake(what);
    }
    this.away.value = this.losses.away;
  }

  private watch(target: EventTarget | undefined, event: string, listener: () => void): void {
    target?.addEventListener(event, listener);
    this.watched.push(() => target?.removeEventListener(event, listener));
  }

  private seen(): void {
    if (isVisible()) {
      this.screen.seen();
      playback.resume();
      this.losses.seen(this.means.now());
      this.tick();
    }
  }

  /** Signal strength changes the same object; only another kind of network is another way. */
  private moved(): void {
    const before = this.way;
    this.way = network?.type;
    if (this.way !== before && this.way !== "none") {
      this.means.reroute();
    }
  }

  private async retake(what: Taken): Promise<void> {
    if (!this.busy.has(what)) {
      this.busy.add(what);
      await this.means.retake(what);
      this.busy.delete(what);
    }
  }
}

function isVisible(): boolean {
  return document.visibilityState === "visible";
}
