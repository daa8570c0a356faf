import { expect, it } from "vitest";
import { keepCheck, lastCheck } from "./remembered";

it("keeps what a check came to, for each room, and takes nothing else for it", () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  };
  const summary = { devices: "good", echo: "bad", network: "unknown" } as const;
  keepCheck("A 教室", { summary, at: 5 }, store);
  expect(lastCheck("A 教室", store)).toEqual({ summary, at: 5 });
  expect(lastCheck("B 教室", store)).toBeNull();
  for (const text of ["x", "{}", '{"summary":{"devices":"fine"},"at":1}']) {
    kept.set("tongke.check.B 教室", text);
    expect(lastCheck("B 教室", store)).toBeNull();
  }
});
