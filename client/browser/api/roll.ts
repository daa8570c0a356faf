/** A room's roll: looked at, declared and corrected by the room's teacher. */
/** What was declared once. */
export interface Declared {
  readonly id: string;
  readonly at: string;
  readonly declared_by: string;
  readonly expected: number;
  readonly present: number;
  readonly on_leave: number;
  readonly absent: number;
  readonly why: string;
}

/** The answer of `GET` and `PUT /api/roll`. */
export interface Roll {
  readonly title: string;
  readonly room: string;
  readonly name: string;
  readonly state: "not_yet" | "open" | "handed_on" | "declared";
  readonly open_until: string | null;
  readonly declared: Declared | null;
  /** What stood before, oldest first. */
  readonly before: readonly Declared[];
}

/** What a teacher declares; `after` is the declaration that was seen. */
export interface Declaring {
  readonly expected: number;
  readonly present: number;
  readonly on_leave: number;
  readonly why: string;
  readonly after: string | null;
}

/** Why it was not done: a word of the shared catalogue, or `offline`. */
export class RollTrouble extends Error {
  constructor(
    readonly word: string,
    readonly data: Record<string, string | number> = {},
    readonly group: "code" | "refusal" = "code",
  ) {
    super(word);
    this.name = "RollTrouble";
  }
}

/** The roll of a link's room; rejects with a `RollTrouble`. */
export function fetchRoll(token: string): Promise<Roll> {
  return ask(token, { method: "GET" });
}

/** Declares it; rejects with a `RollTrouble`, and nothing is changed. */
export function declareRoll(token: string, declaring: Declaring): Promise<Roll> {
  return ask(token, { method: "PUT", body: JSON.stringify(declaring) });
}

async function ask(token: string, init: RequestInit): Promise<Roll> {
  let response: Response;
  try {
    response = await fetch("/api/roll", {
      ...init,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    });
  } catch {
    throw new RollTrouble("offline");
  }
  if (!response.ok) {
    throw await troubleIn(response);
  }
  return (await response.json()) as Roll;
}

async function troubleIn(response: Response): Promise<RollTrouble> {
  try {
    const { code, refusal, data } = (await response.json()) as {
      code?: string;
      refusal?: string;
      data: Record<string, string | number>;
    };
    return refusal === undefined
      ? new RollTrouble(code ?? "offline", data)
      : new RollTrouble(refusal, data, "refusal");
  } catch {
    return new RollTrouble("offline");
  }
}
