/** Comments in the order in which one reads them. */
import type { Comment } from "../../api/review";

export type { Comment };

/** A comment with what was answered to it. */
export interface Thread {
  readonly first: Comment;
  readonly replies: readonly Comment[];
}

/** Threads by the second they are about; what was taken back and has no answer is left out. */
export function threadsOf(comments: readonly Comment[]): readonly Thread[] {
  const replies = (id: string): readonly Comment[] =>
    comments
      .filter((one) => one.answers === id && !one.deleted)
      .sort((a, b) => a.at.localeCompare(b.at));
  return comments
    .filter((one) => one.answers === null)
    .map((first) => ({ first, replies: replies(first.id) }))
    .filter(({ first, replies: many }) => !first.deleted || many.length > 0)
    .sort((a, b) => a.first.moment - b.first.moment);
}
