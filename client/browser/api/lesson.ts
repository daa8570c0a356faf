/** What a link opens, asked before anyone joins. */
import type { Code, Phase, Role } from "../protocol/messages";
import { CodedError } from "../protocol/wire";

/** The answer of `GET /api/lesson`. */
export interface LessonInfo {
  readonly lesson: string;
  readonly title: string;
  readonly phase: Phase;
  readonly role: Role;
  /** The classroom the link is for; null for pupils, viewers and inspectors. */
  readonly place_name: string | null;
  /** Whether one says what one is called. */
  readonly names_needed: boolean;
  readonly recording: boolean;
  /** Whether it only goes with the room's own devices: an assistant's phone. */
  readonly beside: boolean;
  /** Where this device gets a camera if it has none by this address; null if nobody knows. */
  readonly setup: string | null;
}

/** Asks the server; rejects with a `CodedError`, `offline` when it does not answer. */
export async function fetchLesson(token: string): Promise<LessonInfo> {
  let response: Response;
  try {
    response = await fetch("/api/lesson", { headers: { Authorization: `Bearer ${token}` } });
  } catch {
    throw new CodedError("offline");
  }
  if (!response.ok) {
    throw await errorIn(response);
  }
  return (await response.json()) as LessonInfo;
}

/** The code in an answer that is no success; `offline` when there is none. */
export async function errorIn(response: Response): Promise<CodedError> {
  try {
    const { code, data } = (await response.json()) as {
      code: Code;
      data: Record<string, string | number>;
    };
    return new CodedError(code, data);
  } catch {
    return new CodedError("offline");
  }
}
