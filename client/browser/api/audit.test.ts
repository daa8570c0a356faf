import { beforeEach, expect, test, vi } from "vitest";
import { fetchLog, fetchLogFile, NOTHING } from "./audit";

let asked: string[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(decodeURIComponent(path));
    return Promise.resolve(new Response(JSON.stringify({ lines: [], more: false, done: [] })));
  });
});

test("days are asked for from the beginning of the first to the end of the last", async () => {
  await fetchLog({ ...NOTHING, from: "2026-08-31", to: "2026-09-01" }, "x");
  await fetchLog(NOTHING, null);
  expect(asked).toEqual([
    "/api/audit?since=2026-08-30T16:00:00.000Z&until=2026-09-01T16:00:00.000Z&before=x",
    "/api/audit?",
  ]);
});

test("the file holds what was searched for", async () => {
  const wanted = { ...NOTHING, who: " li.si ", what: "sign_in", organisation: "o" };
  await fetchLogFile(wanted, "zh");
  expect(asked).toEqual(["/api/audit.csv?who=li.si&what=sign_in&organisation=o&language=zh"]);
});
