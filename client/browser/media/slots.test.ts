import { describe, expect, it } from "vitest";
import { pool, Slots } from "./slots";

describe("the pool", () => {
  it("is six camera pairs, four sounds and a screen pair", () => {
    const kinds = pool();
    expect(kinds.length).toBe(18);
    expect(kinds.slice(0, 4)).toEqual(["video", "audio", "video", "audio"]);
    expect(kinds.slice(12)).toEqual(["audio", "audio", "audio", "audio", "video", "audio"]);
  });
});

describe("slots", () => {
  it("follow their bindings, whichever comes first, answer or binding", () => {
    const slots = new Slots();
    slots.bind([{ mid: "0", source: "b/camera" }]);
    slots.name([
      { mid: "0", use: "camera", pair: 0 },
      { mid: "1", use: "camera_sound", pair: 0 },
    ]);
    expect(slots.midOf("b/camera")).toBe("0");
    slots.bind([
      { mid: "0", source: null },
      { mid: "1", source: "b/microphone" },
    ]);
    expect(slots.table()).toEqual([
      { mid: "0", use: "camera", source: null },
      { mid: "1", use: "camera_sound", source: "b/microphone" },
    ]);
    slots.clear();
    expect(slots.table()).toEqual([]);
  });
});
