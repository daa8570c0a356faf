/** One sign for each grade; a word stands beside it for those who cannot see it. */
import type { Grade } from "./findings";

export const SIGNS: Readonly<Record<Grade, string>> = {
  good: "✓",
  poor: "◐",
  bad: "✕",
  unknown: "—",
};
