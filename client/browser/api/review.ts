/** What staff said about a recording, and what was watched of it, by the token of its replay. */
import { answerOf } from "./trouble";

/** One comment, or an answer to one. */
export interface Comment {
  readonly id: string;
  readonly author: string;
  readonly mine: boolean;
  /** When it was last said. */
  readonly at: string;
  readonly changed: boolean;
  /** Lesson time that it is about. */
  readonly moment: number;
  readonly answers: string | null;
  readonly text: string;
  readonly deleted: boolean;
}

/** Who watches, and what was said; nothing for the holder of a link. */
export interface Review {
  readonly viewer: string;
  readonly may: boolean;
  readonly comments: readonly Comment[] | null;
}

const COMMENTS = "/api/replay/comments";

/** What was said about the recording. */
export const fetchReview = (token: string): Promise<Review> => ask("GET", COMMENTS, token);

/** Says something about a second of the lesson, or answers. */
export const comment = (
  token: string,
  said: { moment: number; text: string; answers: string | null },
): Promise<Review> => ask("POST", COMMENTS, token, said);

/** Takes an own comment back. */
export const takeBack = (token: string, id: string): Promise<Review> =>
  ask("DELETE", `${COMMENTS}/${encodeURIComponent(id)}`, token);

/** Tells that a stretch was watched; still sent when the page goes away. */
export const tellWatched = (
  token: string,
  watched: { sitting: string; start: number; stop: number },
): Promise<unknown> => ask("POST", "/api/replay/viewing", token, watched, true);

function ask<T>(
  method: string,
  path: string,
  token: string,
  body?: unknown,
  keepalive = false,
): Promise<T> {
  return answerOf(path, {
    method,
    keepalive,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
}
