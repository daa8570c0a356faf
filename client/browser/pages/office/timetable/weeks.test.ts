import { expect, it } from "vitest";
import type { Lesson, Week } from "../../../api/timetable";
import { MOST_PAGES, weekOf } from "./weeks";

const lesson = (id: string): Lesson => ({ id }) as Lesson;

function page(ids: readonly string[], more: boolean): Week {
  return { monday: "2026-11-23", plans: false, lessons: ids.map(lesson), more };
}

async function shown(fetch: (page: number) => Week): Promise<string[]> {
  const found: string[] = [];
  for await (const week of weekOf("2026-11-25", "school", (_day, _of, number) =>
    Promise.resolve(fetch(number ?? 0)),
  )) {
    found.push(week.lessons.map((one) => one.id).join(""));
  }
  return found;
}

it("shows each page with those before it, and ends with the last", async () => {
  const pages = [page(["a", "b"], true), page(["c"], false)];
  expect(await shown((number) => pages[number] ?? page([], true))).toEqual(["ab", "abc"]);
});

it("shows a lesson once that comes again because another was planned meanwhile", async () => {
  const pages = [page(["a", "b"], true), page(["b", "c"], false)];
  expect(await shown((number) => pages[number] ?? page([], true))).toEqual(["ab", "abc"]);
});

it("does not ask for ever", async () => {
  const asked: number[] = [];
  await shown((number) => {
    asked.push(number);
    return page([String(number)], true);
  });
  expect(asked).toHaveLength(MOST_PAGES);
});
