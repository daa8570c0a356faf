/** What a key does in a replay; pure. */

/** Something a key asks for. */
export type Wish =
  | { readonly do: "toggle" }
  | { readonly do: "skip"; readonly by: number }
  | { readonly do: "go"; readonly share: 0 | 1 }
  | { readonly do: "enlarge"; readonly index: number }
  | { readonly do: "faster"; readonly steps: 1 | -1 };

const STEP = 5;
const JUMP = 10;

const WISHES: Readonly<Record<string, Wish>> = {
  " ": { do: "toggle" },
  k: { do: "toggle" },
  j: { do: "skip", by: -JUMP },
  l: { do: "skip", by: JUMP },
  ArrowLeft: { do: "skip", by: -STEP },
  ArrowRight: { do: "skip", by: STEP },
  Home: { do: "go", share: 0 },
  End: { do: "go", share: 1 },
  "<": { do: "faster", steps: -1 },
  ">": { do: "faster", steps: 1 },
  "《": { do: "faster", steps: -1 },
  "》": { do: "faster", steps: 1 },
  "1": { do: "enlarge", index: 0 },
  "2": { do: "enlarge", index: 1 },
  "3": { do: "enlarge", index: 2 },
  "4": { do: "enlarge", index: 3 },
};

/** The part of a KeyboardEvent that counts. */
export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** The wish of a key; null when it is not ours. `onButton`: space presses the button it is on. */
export function wishOf(event: Key, onButton: boolean): Wish | null {
  if (event.ctrlKey || event.altKey || event.metaKey || (onButton && event.key === " ")) {
    return null;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return WISHES[key] ?? null;
}
