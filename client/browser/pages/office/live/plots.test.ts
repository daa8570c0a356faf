import { describe, expect, it } from "vitest";
import type { Live, Point } from "../../../api/live";
import { speak } from "../../../widgets/words";
import {
  ceiling,
  CPU,
  DOWN,
  line,
  LOSS,
  merged,
  PEERS,
  sentence,
  standing,
  told,
  UP,
  weakest,
} from "./plots";

const point = (n: number): Point => [n, 2, 100, 2400, 0.015, 0.5];

function live(newest: number, points: readonly Point[], lesson = "one"): Live {
  return {
    every: 5,
    kept: 4,
    newest,
    workers: [{ number: 0, up: true, recorder: true, duty: "open", lessons: 1, points }],
    lessons: [{ lesson, rooms: ["尼山小学 录播教室", "齐溪小学 教室"], weakest: null, points }],
    wrong: [],
  };
}

describe("what is known of the last minutes", () => {
  it("grows by what is new and loses what is old", () => {
    const known = merged(live(4, [1, 2, 3, 4].map(point)), live(6, [4, 5, 6].map(point)));
    expect(known?.workers[0]?.points.map((one) => one[0])).toEqual([3, 4, 5, 6]);
    expect(known?.lessons[0]?.points.map((one) => one[0])).toEqual([3, 4, 5, 6]);
  });

  it("has nothing of a lesson that is new, and forgets one that has ended", () => {
    const known = merged(live(4, [3, 4].map(point)), live(5, [point(5)], "two"));
    expect(known?.lessons.map((one) => one.lesson)).toEqual(["two"]);
    expect(known?.lessons[0]?.points).toHaveLength(1);
  });

  it("begins anew with a server that was started again", () => {
    expect(merged(live(9, []), live(2, []))).toBeNull();
    expect(merged(null, live(2, []))?.newest).toBe(2);
  });
});

describe("a plot", () => {
  const frame = { newest: 5, kept: 5, most: 1 };

  it("has the newest at the right and a gap where there was nothing", () => {
    expect(line([1, 2, 5].map(point), CPU, frame)).toBe("M0.0 20.0L30.0 20.0M120.0 20.0");
  });

  it("never leaves its frame", () => {
    expect(line([point(5)], DOWN, frame)).toBe("M120.0 0.0");
    expect(line([], UP, frame)).toBe("");
  });

  it("ends at a round number", () => {
    expect([0, 0.3, 1, 1.2, 2.1, 640, 9000].map((one) => ceiling([one], 0.1))).toEqual([
      0.1, 0.5, 1, 2, 5, 1000, 10000,
    ]);
    expect(ceiling([], 1)).toBe(1);
  });

  it("tells its numbers in people's units", () => {
    expect([told(3, PEERS), told(640, UP), told(2400, DOWN), told(0.015, LOSS)]).toEqual([
      "3",
      "640 kbit/s",
      "2.4 Mbit/s",
      "1.5%",
    ]);
  });
});

describe("a worker", () => {
  const well = {
    number: 0,
    up: true,
    recorder: true,
    duty: "open",
    lessons: 2,
    points: [],
  } as const;

  it("takes lessons, becomes empty, is replaced", () => {
    speak("zh");
    expect(standing(well)).toBe("正在服务，有 2 节课");
    expect(standing({ ...well, duty: "draining" })).toBe("不再接收新课，现有 2 节课上完后更换");
    const away = { ...well, duty: "renewing", up: false, recorder: false } as const;
    expect(standing(away)).toBe("已空，正在更换");
  });

  it("that has stopped says so, drained or not", () => {
    const stopped = { ...well, up: false } as const;
    expect(standing({ ...stopped, duty: "draining" })).toBe(standing(stopped));
    expect(standing({ ...well, recorder: false })).toContain(" · 录制已停");
  });
});

describe("the weakest receiver", () => {
  it("is told by what its path carries and what it gets", () => {
    speak("zh");
    const one = { kbps: 300, queue_ms: 120, step: "low" } as const;
    expect(weakest(one)).toBe("最慢的设备能收 300 kbit/s，排队 120 毫秒，得到不够清晰流畅的画面");
    expect(weakest({ ...one, kbps: 2400, step: null })).toContain("2.4 Mbit/s");
  });
});

describe("what is wrong", () => {
  it("is one sentence with its rooms or its worker", () => {
    speak("zh");
    const now = live(1, []);
    const lossy = { what: "lesson_lossy", worker: null, lesson: "one", amount: 0.123 } as const;
    expect(sentence(lossy, now)).toContain("尼山小学 录播教室、齐溪小学 教室：");
    expect(sentence(lossy, now)).toContain("12.3%");
    const late = { what: "worker_late", worker: 1, lesson: null, amount: 0.25 } as const;
    expect(sentence(late, now)).toContain("媒体进程 1 慢了 250 毫秒");
    const slow = { what: "disk_behind", worker: 0, lesson: null, amount: 20_000_000 } as const;
    expect(sentence(slow, now)).toContain("20 MB");
  });
});
