/** The recording of a lesson: what happened in it and its media. */
import type { Replay } from "../protocol/messages";
import { CodedError } from "../protocol/wire";
import { errorIn } from "./lesson";

/** A recording, and the sitting that its viewer's looks belong to. */
export interface Opened {
  readonly replay: Replay;
  readonly sitting: string | null;
}

/** Asks the server for everything but the media; rejects with a `CodedError`. */
export async function fetchReplay(token: string, sitting: string | null): Promise<Opened> {
  const query = sitting === null ? "" : `?sitting=${encodeURIComponent(sitting)}`;
  const response = await ask(`/api/replay${query}`, token, {});
  return {
    replay: (await response.json()) as Replay,
    sitting: response.headers.get("X-Tongke-Sitting"),
  };
}

/** A range of a media file; rejects with a `CodedError`, or an AbortError. */
export async function fetchRange(
  token: string,
  file: string,
  range: { readonly first: number; readonly length: number },
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const path = file.split("/").map(encodeURIComponent).join("/");
  const last = range.first + range.length - 1;
  const headers = { Range: `bytes=${String(range.first)}-${String(last)}` };
  const response = await ask(`/api/replay/media/${path}`, token, { headers, signal });
  const body = await read(response);
  return response.status === 206 ? body : body.slice(range.first, last + 1);
}

/** How far the version that plays everywhere is. */
export interface PhoneStanding {
  readonly state: "ready" | "preparing" | "failed";
  readonly percent: number;
  /** What its address carries, once it is there. */
  readonly ticket: string | null;
}

/** Asks for the version that plays everywhere; rejects with a `CodedError`. */
export async function fetchPhone(token: string): Promise<PhoneStanding> {
  const response = await ask("/api/replay/phone", token, {});
  return (await response.json()) as PhoneStanding;
}

/** Where it lies, for a browser that asks by itself. */
export function filmOf(ticket: string): string {
  return `/api/replay/phone.mp4?ticket=${encodeURIComponent(ticket)}`;
}

async function ask(path: string, token: string, how: RequestInit): Promise<Response> {
  const headers = { ...how.headers, Authorization: `Bearer ${token}` };
  const response = await orOffline(fetch(path, { ...how, headers }));
  if (!response.ok) {
    throw await errorIn(response);
  }
  return response;
}

function read(response: Response): Promise<ArrayBuffer> {
  return orOffline(response.arrayBuffer());
}

async function orOffline<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (reason) {
    if (reason instanceof DOMException && reason.name === "AbortError") {
      throw reason;
    }
    throw new CodedError("offline");
  }
}
