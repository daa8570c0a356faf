import { describe, expect, it } from "vitest";
import stories from "../../../tests/vectors/clock.json";
import { LessonClock } from "./lesson_clock";

describe("the lesson clock", () => {
  for (const { name, samples } of stories) {
    it(`reckons as the server's own: ${name}`, () => {
      const clock = new LessonClock();
      for (const [sent = 0, received = 0, lesson = 0, offset = 0, rtt = 0] of samples) {
        clock.add({ sent, received, lesson });
        expect(clock.offset).toBeCloseTo(offset, 9);
        expect(clock.rtt).toBeCloseTo(rtt, 9);
      }
    });
  }

  it("believes the ping that waited least", () => {
    const clock = new LessonClock();
    clock.add({ sent: 100, received: 100.4, lesson: 7.35 });
    clock.add({ sent: 102, received: 102.02, lesson: 9.01 });
    clock.add({ sent: 104, received: 104.3, lesson: 11.25 });
    expect(clock.at(110)).toBeCloseTo(17, 6);
    expect(clock.rtt).toBeCloseTo(0.02, 6);
  });

  it("forgets what is older than a minute, so that drift is followed", () => {
    const clock = new LessonClock();
    clock.add({ sent: 0, received: 0.01, lesson: 0.005 });
    clock.add({ sent: 61, received: 61.1, lesson: 62.05 });
    expect(clock.at(70)).toBeCloseTo(71, 6);
  });

  it("knows nothing before the first answer but what the welcome said", () => {
    const clock = new LessonClock();
    expect(clock.at(5)).toBeNull();
    clock.guess(5, 100);
    expect(clock.at(6)).toBeCloseTo(101, 6);
    clock.add({ sent: 10, received: 10.2, lesson: 104.9 });
    clock.guess(11, 500);
    expect(clock.at(11)).toBeCloseTo(105.8, 6);
  });

  it("keeps a bounded number of samples", () => {
    const clock = new LessonClock();
    for (let k = 0; k < 1000; k += 1) {
      clock.add({ sent: k / 1000, received: k / 1000 + 0.01, lesson: k / 1000 });
    }
    expect(clock["samples"].length).toBe(64);
  });
});
