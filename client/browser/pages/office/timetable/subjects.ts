/** What is taught. */

/** `server/programme/subject.py` has the same list. */
export const SUBJECTS = [
  "chinese",
  "math",
  "english",
  "science",
  "moral_law",
  "history_society",
  "music",
  "art",
  "pe",
  "labour",
  "mental_health",
  "extension",
  "practice",
  "it",
];
