import { describe, expect, it } from "vitest";
import { Retake } from "./retake";

describe("what was taken away", () => {
  it("is asked for once the page is seen, and not before", () => {
    const retake = new Retake();
    retake.ended("camera", 10);
    expect(retake.due(false, 10)).toEqual([]);
    expect(retake.due(false, 100)).toEqual([]);
    retake.seen(101);
    expect(retake.due(true, 101)).toEqual(["camera"]);
    expect(retake.away).toEqual(["camera"]);
    retake.settled("camera");
    expect(retake.away).toEqual([]);
    expect(retake.due(true, 200)).toEqual([]);
  });

  it("is asked for again and again, more and more slowly, and then no more", () => {
    const retake = new Retake();
    retake.ended("microphone", 0);
    const tries: number[] = [];
    for (let now = 0; now < 600; now += 0.5) {
      if (retake.due(true, now).length > 0) {
        tries.push(now);
      }
    }
    expect(tries.slice(0, 4)).toEqual([0, 2, 6, 14]);
    expect(tries).toHaveLength(9);
  });

  it("comes back by itself when it was only muted", () => {
    const retake = new Retake();
    retake.muted("microphone");
    retake.seen(5);
    expect(retake.due(true, 6)).toEqual([]);
    retake.unmuted("microphone");
    expect(retake.away).toEqual([]);
    expect(retake.due(true, 60)).toEqual([]);
  });

  it("is taken anew when it stays muted after the call, but not for ever", () => {
    const retake = new Retake();
    retake.muted("microphone");
    expect(retake.due(true, 100)).toEqual([]);
    retake.seen(100);
    expect(retake.due(true, 101.9)).toEqual([]);
    expect(retake.due(true, 102)).toEqual(["microphone"]);
    expect(retake.due(true, 104)).toEqual(["microphone"]);
    expect(retake.due(true, 1000)).toEqual([]);
  });

  it("counts as ended even if it was muted first", () => {
    const retake = new Retake();
    retake.muted("camera");
    retake.ended("camera", 3);
    retake.unmuted("camera");
    expect(retake.due(true, 3)).toEqual(["camera"]);
  });

  it("is tried at once when a device is plugged in", () => {
    const retake = new Retake();
    retake.ended("camera", 0);
    retake.due(true, 0);
    expect(retake.due(true, 1)).toEqual([]);
    retake.seen(1);
    expect(retake.due(true, 1)).toEqual(["camera"]);
  });
});
