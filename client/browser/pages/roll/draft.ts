/** The numbers a teacher is about to declare; each change keeps them such as can be true. Pure. */

/** What a draft begins with. */
export interface Start {
  readonly expected: number;
  readonly present?: number;
  readonly on_leave?: number;
}

/** Everyone is pencilled in as present until somebody is counted out. */
export class Draft {
  readonly expected: number;
  readonly present: number;
  readonly onLeave: number;

  constructor(start: Start = { expected: 0 }) {
    this.expected = start.expected;
    this.onLeave = Math.min(start.on_leave ?? 0, start.expected);
    this.present = Math.min(start.present ?? start.expected, start.expected - this.onLeave);
  }

  /** Who neither came nor is excused. */
  get absent(): number {
    return this.expected - this.present - this.onLeave;
  }

  /** More or fewer belong here: those who are away stay so. */
  expect(expected: number): Draft {
    const present = Math.max(0, expected - this.absent - this.onLeave);
    return new Draft({ expected, present, on_leave: this.onLeave });
  }

  /** So many came. */
  count(present: number): Draft {
    return new Draft({ expected: this.expected, present, on_leave: this.onLeave });
  }

  /** So many are excused: one more is taken from the absent first, then from those present. */
  excuse(onLeave: number): Draft {
    return new Draft({ expected: this.expected, present: this.present, on_leave: onLeave });
  }
}

/** The part of `Storage` that is needed. */
export type Memory = Pick<Storage, "getItem" | "setItem">;

/** How many belonged to a room the last time; 0 if it was never declared here. */
export function recall(memory: Memory, room: string): number {
  const kept = Number(memory.getItem(keyOf(room)));
  return Number.isInteger(kept) && kept > 0 && kept <= 500 ? kept : 0;
}

/** Keeps how many belong to a room, for the next lesson. */
export function remember(memory: Memory, room: string, expected: number): void {
  memory.setItem(keyOf(room), String(expected));
}

function keyOf(room: string): string {
  return `tongke.expected.${room}`;
}
