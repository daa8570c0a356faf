/** The lessons of a week, page after page: a district has more of them than one answer holds. */
import { fetchWeek, type Week } from "../../../api/timetable";

/** Pages that are asked for; more lessons nobody reads on one sheet. */
export const MOST_PAGES = 8;

/** The week of a day as it comes: each time all of it that is there so far. */
export async function* weekOf(
  day: string,
  of: "own" | "school",
  fetch: typeof fetchWeek = fetchWeek,
): AsyncGenerator<Week, void> {
  let known: Week["lessons"] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found = await fetch(day, of, page);
    // A lesson that was planned meanwhile moves the others on: one of them comes twice.
    const ids = new Set(known.map((one) => one.id));
    known = [...known, ...found.lessons.filter((one) => !ids.has(one.id))];
    yield { ...found, lessons: known };
    if (!found.more) return;
  }
}
