/** What the last check of a room's device came to, kept on the device. */
import type { Grade, Summary } from "./findings";

/** A summary and when it was made. */
export interface Checked {
  readonly summary: Summary;
  /** Milliseconds since 1970. */
  readonly at: number;
}

type Store = Pick<Storage, "getItem" | "setItem">;

const GRADES: readonly unknown[] = ["good", "poor", "bad", "unknown"] satisfies Grade[];

/** What the last check came to; null where there was none. `room` is empty outside of any. */
export function lastCheck(room: string, store: Store = localStorage): Checked | null {
  try {
    const found = JSON.parse(store.getItem(keyOf(room)) ?? "null") as Checked | null;
    const { devices, echo, network } = found?.summary ?? {};
    return [devices, echo, network].every((grade) => GRADES.includes(grade)) ? found : null;
  } catch {
    return null;
  }
}

/** Keeps what a check came to. */
export function keepCheck(room: string, checked: Checked, store: Store = localStorage): void {
  store.setItem(keyOf(room), JSON.stringify(checked));
}

function keyOf(room: string): string {
  return `tongke.check.${room}`;
}
