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
  it.each([-6, -20, -41])("of %i dB is measured and too loud", (level) => {
    const echo = findEcho(PLAYED, heard(level, 0.18), RATE);
    expect(echo.level).toBeGreaterThan(level - 1.5);
    expect(echo.level).toBeLessThan(level + 1.5);
    expect(echo.delay).toBeCloseTo(0.18, 2);
    expect(isHeard(echo)).toBe(true);
    expect(judge(echo)).toBe("loud");
  });

  it.each([-45, -60])("of %i dB passes", (level) => {
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

const LOW_RATE = 8000;
const LOW_PLAYED = sweep(LOW_RATE);

/** Evenly spread numbers from -1 to 1, the same in each run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** A room: after how many seconds its reverberation is 60 dB down, and its direct sound over it. */
interface Room {
  readonly reverberation: number;
  readonly direct: number;
}

/** 300 ways back of random strength that fade with time, and the direct one. */
function waysOf({ reverberation, direct }: Room): { late: number; gain: number }[] {
  const roll = dice(1);
  const ways = Array.from({ length: 300 }, (_, at) => {
    const time = 0.002 + (reverberation * (at + Math.abs(roll()))) / 300;
    return {
      late: Math.round(time * LOW_RATE),
      gain: roll() * 10 ** ((-3 * time) / reverberation),
    };
  });
  const energy = ways.reduce((sum, { gain }) => sum + gain * gain, 0);
  return [...ways, { late: 0, gain: 10 ** (direct / 20) * Math.sqrt(energy) }];
}

function energyOf(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}

/** A recording in a room that returns the sweep so many decibels weaker in all, in some noise. */
function recorded(room: Room, loss: number, around = 0.001): Float32Array {
  const returned = new Float32Array(4 * LOW_RATE);
  for (const { late, gain } of waysOf(room)) {
    LOW_PLAYED.forEach((sample, at) => {
      returned[at + late] = (returned[at + late] ?? 0) + gain * sample;
    });
  }
  const scale = Math.sqrt(energyOf(LOW_PLAYED) / energyOf(returned)) * 10 ** (-loss / 20);
  const roll = dice(9);
  const shift = Math.round(0.15 * LOW_RATE);
  return Float32Array.from(
    { length: 3 * LOW_RATE },
    (_, at) => around * Math.sqrt(3) * roll() + scale * (returned[at - shift] ?? 0),
  );
}

describe("a room with walls", () => {
  const ROOMS = [
    ["dry", { reverberation: 0.3, direct: 6 }],
    ["usual", { reverberation: 0.5, direct: 0 }],
    ["bare", { reverberation: 0.8, direct: -6 }],
  ] as const;

  it.each(ROOMS)("that is %s is too loud at 35 dB of loss and passes at 45", (_, room) => {
    const judged = [10, 35, 45].map((loss) =>
      judge(findEcho(LOW_PLAYED, recorded(room, loss), LOW_RATE)),
    );
    expect(judged).toEqual(["loud", "loud", "passed"]);
  });

  it("is found only well above a class that talks", () => {
    const inNoise = (loss: number): boolean =>
      isHeard(findEcho(LOW_PLAYED, recorded(ROOMS[1][1], loss, 0.05), LOW_RATE));
    expect([inNoise(20), inNoise(50)]).toEqual([true, false]);
  });

  it("is not made up of noise", () => {
    // Of 30 recordings these came closest to an echo: 6.5 to 6.8 dB above the floor.
    for (const seed of [5004, 5014, 5019]) {
      const roll = dice(seed);
      const noise = Float32Array.from({ length: 3 * LOW_RATE }, () => 0.087 * roll());
      expect(isHeard(findEcho(LOW_PLAYED, noise, LOW_RATE))).toBe(false);
    }
  });
});
