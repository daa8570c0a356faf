/** Messages to JSON and back. What comes from the server is trusted to fit its types, once it has one. */
import type { Code, FromDevice, ToDevice } from "./messages";

/** The version of the language this page speaks. */
export const VERSION = 1;

/** A command before it has its request id. */
export type Unnumbered<C> = C extends { id: number } ? Omit<C, "id"> : never;

/** Everything that is asked for with a request id. */
export type Command = Extract<FromDevice, { id: number }>;

/** A refusal or a failure with its stable code; the sentence for it stands in the catalogue. */
export class CodedError extends Error {
  readonly code: Code | "offline";
  readonly data: Record<string, string | number>;

  constructor(code: Code | "offline", data: Record<string, string | number> = {}) {
    super(code);
    this.name = "CodedError";
    this.code = code;
    this.data = data;
  }
}

/** The JSON text of a message. */
export function encode(message: FromDevice): string {
  return JSON.stringify(message);
}

/** The message in a text; null for what is none, so that a newer server's messages are passed over. */
export function decode(text: string): ToDevice | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("type" in value)) {
    return null;
  }
  return typeof value.type === "string" ? (value as ToDevice) : null;
}
