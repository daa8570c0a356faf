import { describe, expect, it } from "vitest";
import { Draft, recall, remember } from "./draft";

function numbers({ expected, present, onLeave, absent }: Draft): number[] {
  return [expected, present, onLeave, absent];
}

describe("a draft", () => {
  it("pencils everyone in as present", () => {
    expect(numbers(new Draft({ expected: 24 }))).toEqual([24, 24, 0, 0]);
  });

  it("begins with what was declared", () => {
    const draft = new Draft({ expected: 24, present: 22, on_leave: 1 });
    expect(numbers(draft)).toEqual([24, 22, 1, 1]);
  });

  it("keeps those away when more or fewer belong here", () => {
    const draft = new Draft({ expected: 24, present: 22, on_leave: 1 });
    expect(numbers(draft.expect(26))).toEqual([26, 24, 1, 1]);
    expect(numbers(draft.expect(1))).toEqual([1, 0, 1, 0]);
    expect(numbers(draft.expect(0))).toEqual([0, 0, 0, 0]);
  });

  it("takes one who is excused from the absent first", () => {
    const draft = new Draft({ expected: 24 }).count(22);
    expect(numbers(draft.excuse(1))).toEqual([24, 22, 1, 1]);
    expect(numbers(draft.excuse(3))).toEqual([24, 21, 3, 0]);
  });

  it("can always be true", () => {
    let draft = new Draft();
    for (let step = 0; step < 5000; step += 1) {
      const value = Math.floor(Math.random() * 30);
      draft = [draft.expect(value), draft.count(value), draft.excuse(value)][step % 3] ?? draft;
      expect(Math.min(...numbers(draft))).toBeGreaterThanOrEqual(0);
      expect(draft.present + draft.onLeave + draft.absent).toBe(draft.expected);
    }
  });
});

describe("the number that belongs to a room", () => {
  it("is remembered for the next lesson", () => {
    const kept = new Map<string, string>();
    const memory = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(recall(memory, "乙")).toBe(0);
    remember(memory, "乙", 24);
    expect(recall(memory, "乙")).toBe(24);
    memory.setItem("tongke.expected.乙", "-3");
    expect(recall(memory, "乙")).toBe(0);
  });
});
