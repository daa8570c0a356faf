import { afterEach, expect, test, vi } from "vitest";
import { fetchLog } from "./audit";

afterEach(() => vi.unstubAllGlobals());

test("a day is asked for up to the end of the school's day", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    return Promise.resolve(new Response(JSON.stringify({ lines: [], more: false })));
  });
  await fetchLog("2026-09-01", "x");
  await fetchLog("", null);
  expect(asked.map(decodeURIComponent)).toEqual([
    "/api/audit?until=2026-09-01T16:00:00.000Z&before=x",
    "/api/audit?",
  ]);
});
