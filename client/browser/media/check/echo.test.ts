import { describe, expect, it } from "vitest";
import { findEcho, isHeard, judge } from "./echo";
import { HIGHEST, LOUDNESS, LOWEST, sweep, SWEEP_SECONDS } from "./sweep";

const RATE = 48_000;
const SECONDS = SWEEP_SECONDS + 1;
const PLAYED = sweep(RATE);

/** Noise that is the same in each run, with this root mean square. */
function noise(level: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: SECONDS * RATE }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return level * Math.sqrt(3) * ((2 * state) / 2 ** 31 - 1);
  });
}

/** What a microphone hears: the sweep so many decibels weaker and so late, in some noise. */
function heard(decibels: number, late: number, around: Float32Array = noise(0.003)): Float32Array {
  const recording = around.slice();
  PLAYED.forEach((sample, at) => {
    const place = at + Math.round(late * RATE);
    recording[place] = (recording[place] ?? 0) + sample * 10 ** (decibels / 20);
  });
  return recording;
}

describe("the sweep", () => {
  it("stays within the range of speech and below a loud voice", () => {
    expect(PLAYED).toHaveLength(2 * RATE);
    expect(Math.max(...PLAYED)).toBeLessThanOrEqual(LOUDNESS);
    let crossings = 0;
    PLAYED.forEach((sample, at) => {
      crossings += sample < 0 !== (PLAYED[at - 1] ?? 0) < 0 ? 1 : 0;
    });
    const mean = (HIGHEST - LOWEST) / Math.log(HIGHEST / LOWEST);
    expect(crossings / 2 / SWEEP_SECONDS).toBeCloseTo(mean, -1);
  });
});

describe("a room's echo", () => {
  it.each([-6, -20, -34])("of %i dB is measured and too loud", (level) => {
    const echo = findEcho(PLAYED, heard(level, 0.18), RATE);
    expect(echo.level).toBeGreaterThan(level - 1.5);
    expect(echo.level).toBeLessThan(level + 1.5);
    expect(echo.delay).toBeCloseTo(0.18, 2);
    expect(isHeard(echo)).toBe(true);
    expect(judge(echo)).toBe("loud");
  });

  it.each([-40, -60])("of %i dB passes", (level) => {
    expect(judge(findEcho(PLAYED, heard(level, 0.3), RATE))).toBe("passed");
  });

  it("is not found where there is none, however loud the class is", () => {
    for (const level of [0, 0.003, 0.1]) {
      const echo = findEcho(PLAYED, noise(level), RATE);
      expect(isHeard(echo)).toBe(false);
      expect(judge(echo)).toBe("passed");
    }
  });

  it("is found under a class that is louder than the echo", () => {
    const echo = findEcho(PLAYED, heard(-20, 0.12, noise(0.1)), RATE);
    expect(judge(echo)).toBe("loud");
    expect(echo.delay).toBeCloseTo(0.12, 2);
  });

  it("is found though a wall turns it about and adds a second one", () => {
    const twice = heard(-22, 0.4, heard(-12, 0.1)).map((sample) => -sample);
    const echo = findEcho(PLAYED, twice, RATE);
    expect(echo.level).toBeGreaterThan(-14);
    expect(echo.delay).toBeCloseTo(0.1, 2);
  });

  it("needs no more than a recording of any length", () => {
    expect(judge(findEcho(PLAYED, new Float32Array(0), RATE))).toBe("passed");
    expect(judge(findEcho(PLAYED, PLAYED, RATE))).toBe("loud");
  });
});
