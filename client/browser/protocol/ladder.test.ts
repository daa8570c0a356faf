import { describe, expect, it } from "vitest";
import stories from "../../../tests/vectors/ladder.json";
import { Ladder, type Step } from "./ladder";

/** One line of a story: at this time, this input for this attempt, gives these steps. */
type Line = [
  number,
  "tick" | "answered" | "heard" | "failed" | "hurry",
  number,
  [string, number?][],
];

function play(ladder: Ladder, [now, input, attempt]: Line): Step[] {
  switch (input) {
    case "tick":
      return ladder.tick(now);
    case "hurry":
      return ladder.hurry(now);
    case "answered":
      return ladder.answered(attempt, now);
    case "failed":
      return ladder.failed(attempt, now);
    case "heard":
      ladder.heard(attempt, now);
      return [];
  }
}

/** What the ladder did until `end`, as `[time, step, attempt]`, when nothing answers. */
function silence(ladder: Ladder, from: number, end: number): [number, string, number | null][] {
  const log: [number, string, number | null][] = [];
  let now = from;
  while (now <= end) {
    for (const step of ladder.tick(now)) {
      log.push([now, step.do, "attempt" in step ? step.attempt : null]);
    }
    now = Math.max(ladder.deadline(), now + 0.001);
  }
  return log.map(([t, what, id]) => [Math.round(t * 10) / 10, what, id]);
}

function dials(steps: Step[]): number[] {
  return steps.flatMap((step) => (step.do === "dial" ? [step.attempt] : []));
}

describe("the recovery ladder", () => {
  for (const { name, known, lines } of stories) {
    it(`climbs as the server's own: ${name}`, () => {
      const ladder = new Ladder(0, known);
      for (const line of lines as Line[]) {
        const steps = play(ladder, line).map((step) =>
          "attempt" in step ? [step.do, step.attempt] : [step.do],
        );
        expect(steps).toEqual(line[3]);
      }
    });
  }

  it("begins an attempt every second, two at once, each given up after 2 s", () => {
    expect(silence(new Ladder(0, true), 0, 3.5)).toEqual([
      [0, "dial", 0],
      [1, "dial", 1],
      [2, "drop", 0],
      [2, "dial", 2],
      [3, "drop", 1],
      [3, "dial", 3],
    ]);
  });

  it("tries one at a time before it was ever welcomed, so that nobody joins twice", () => {
    expect(silence(new Ladder(0, false), 0, 5.5)).toEqual([
      [0, "dial", 0],
      [5, "drop", 0],
      [5, "dial", 1],
    ]);
  });

  it("takes the first answer and drops the other attempt", () => {
    const ladder = new Ladder(0, true);
    ladder.tick(0);
    ladder.tick(1);
    expect(ladder.answered(1, 1.2)).toEqual([{ do: "drop", attempt: 0 }]);
    expect(ladder.isLive).toBe(true);
    expect(ladder.counts(0)).toBe(false);
    expect(ladder.answered(0, 1.3)).toEqual([]);
  });

  it("pings every 2 s and gives a silent link up after 5 s", () => {
    const ladder = new Ladder(0, true);
    ladder.tick(0);
    ladder.answered(0, 0);
    const log = silence(ladder, 0, 5.1);
    expect(log).toEqual([
      [0, "ping", null],
      [2, "ping", null],
      [4, "ping", null],
      [5, "drop", 0],
      [5, "lost", null],
      [5, "dial", 1],
    ]);
  });

  it("keeps a link on which anything is heard", () => {
    const ladder = new Ladder(0, true);
    ladder.tick(0);
    ladder.answered(0, 0);
    for (let now = 1; now < 60; now += 1) {
      ladder.tick(now);
      ladder.heard(0, now);
    }
    expect(ladder.isLive).toBe(true);
  });

  it("dials at once when the live socket closes, and each second when the port refuses", () => {
    const ladder = new Ladder(0, true);
    ladder.tick(0);
    ladder.answered(0, 0);
    const steps = ladder.failed(0, 10);
    expect(steps).toEqual([{ do: "lost" }, { do: "dial", attempt: 1 }]);
    ladder.failed(1, 10.01);
    expect(ladder.tick(10.5)).toEqual([]);
    expect(dials(ladder.tick(11))).toEqual([2]);
  });

  it("goes one at a time again when there is nothing to resume with any more", () => {
    const ladder = new Ladder(0, true);
    ladder.tick(0);
    ladder.tick(1);
    ladder.failed(1, 1.1);
    expect(ladder.forget(1.1)).toEqual([{ do: "drop", attempt: 0 }]);
    expect(silence(ladder, 1.1, 6.9)).toEqual([[2, "dial", 2]]);
  });

  it("does not storm a server that closes every link it has just welcomed", () => {
    const ladder = new Ladder(0, true);
    let dialled = 0;
    for (let now = 0; now < 10; now += 0.05) {
      for (const attempt of dials(ladder.tick(now))) {
        dialled += 1;
        ladder.answered(attempt, now);
        dialled += dials(ladder.failed(attempt, now)).length;
      }
    }
    expect(dialled).toBeLessThanOrEqual(11);
  });

  it("does not wait when the network says it is back", () => {
    const ladder = new Ladder(0, true);
    ladder.tick(0);
    expect(dials(ladder.hurry(0.3))).toEqual([1]);
    expect(ladder.hurry(0.4)).toEqual([]);
  });

  it("goes on for the length of a lesson", () => {
    const log = silence(new Ladder(0, true), 0, 3000);
    expect(log.filter(([, what]) => what === "dial").length).toBeGreaterThanOrEqual(2999);
  });
});
