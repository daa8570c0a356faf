/** How the media stand just now, by the server's HTTP interface. */
import { ask } from "./office";

/** Number of the moment, peers, kbit/s up and down, loss (0 to 1), CPU (share of a core). */
export type Point = readonly [number, number, number, number, number, number];

/** A media worker and its recorder. */
export interface Worker {
  readonly number: number;
  readonly up: boolean;
  readonly recorder: boolean;
  /** Whether it takes lessons, is to become empty, or is empty and being replaced. */
  readonly duty: "open" | "draining" | "renewing";
  readonly lessons: number;
  readonly points: readonly Point[];
}

/** What a receiver's path carries, how long its packets wait, what it gets for that. */
export interface Weakest {
  readonly kbps: number;
  readonly queue_ms: number;
  /** Step of the ladder; none before it shows anything. */
  readonly step: "stills" | "low" | "high" | null;
}

/** A running lesson, by its rooms. */
export interface RunningLesson {
  readonly lesson: string;
  readonly rooms: readonly string[];
  /** The receiver whose path carries least; none while no path is known. */
  readonly weakest: Weakest | null;
  readonly points: readonly Point[];
}

/** What may be wrong. */
export type Ailment =
  | "worker_away"
  | "recorder_away"
  | "tap_full"
  | "worker_busy"
  | "worker_late"
  | "unsent"
  | "disk_behind"
  | "lesson_lossy";

/** Something that is wrong. */
export interface Wrong {
  readonly what: Ailment;
  readonly worker: number | null;
  readonly lesson: string | null;
  readonly amount: number;
}

/** Everything on the page. */
export interface Live {
  /** Seconds between two points. */
  readonly every: number;
  /** Points of a plot. */
  readonly kept: number;
  /** Number of the last point. */
  readonly newest: number;
  readonly workers: readonly Worker[];
  readonly lessons: readonly RunningLesson[];
  /** The worst first. */
  readonly wrong: readonly Wrong[];
}

/** How it stands, with the points after one. */
export const fetchLive = (after: number): Promise<Live> =>
  ask("GET", `/api/live?after=${String(after)}`);
