import { describe, expect, it } from "vitest";
import { encodingsOf, rowsOf, settle, type Limits } from "./layers";

function parameters(encodings: RTCRtpEncodingParameters[], mimeType = "video/VP8") {
  const codecs = [{ mimeType, clockRate: 90_000, payloadType: 96 }];
  return { encodings, codecs, headerExtensions: [], rtcp: {}, transactionId: "1" };
}

function camera(width?: number, height?: number): MediaStreamTrack {
  return { getSettings: () => ({ width, height }) } as MediaStreamTrack;
}

const LARGE = camera(1280, 720);

describe("encodingsOf", () => {
  it("gives a camera three layers, lowest first, where the server wants them", () => {
    const layers = encodingsOf("camera", true, LARGE);
    expect(layers.map(({ rid }) => rid)).toEqual(["l", "m", "h"]);
    expect(layers.map((one) => one.scaleResolutionDownBy)).toEqual([4, 2, 1]);
    expect(layers.some((one) => one.maxFramerate !== undefined)).toBe(false);
  });

  it("gives nothing else any", () => {
    expect(encodingsOf("camera", false, LARGE)).toEqual([]);
    expect(encodingsOf("screen", true, LARGE)).toEqual([]);
    expect(encodingsOf("microphone", true, LARGE)).toEqual([]);
  });

  it("sends a small picture whole in a lower one, for browsers leave the highest out", () => {
    const sent = (width: number, height: number) =>
      encodingsOf("camera", true, camera(width, height))
        .filter(({ active }) => active)
        .map((one) => one.scaleResolutionDownBy);
    expect(sent(640, 480)).toEqual([2, 1]);
    expect(sent(640, 360)).toEqual([2, 1]);
    expect(sent(320, 240)).toEqual([1]);
  });
});

describe("rowsOf", () => {
  it("says how many rows the highest layer has or would have", () => {
    expect([LARGE, camera(640, 360), camera(320, 180)].map(rowsOf)).toEqual([720, 720, 720]);
    expect([camera(), camera(640, 20_000)].map(rowsOf)).toEqual([0, 8640]);
  });
});

describe("settle", () => {
  const send = (encodings: RTCRtpEncodingParameters[], limits: Partial<Limits> = {}) =>
    settle(parameters(encodings), "class_camera", { track: LARGE, ...limits });
  const actives = (encodings: RTCRtpEncodingParameters[]) => encodings.map((one) => one.active);

  it("sends the layers that are watched, all while nothing is known", () => {
    const layers = encodingsOf("class_camera", true, LARGE);
    send(layers);
    expect(actives(layers)).toEqual([true, true, true]);
    expect(send(layers, { watched: ["l"] })).toBe(true);
    expect(actives(layers)).toEqual([true, false, false]);
    expect(send(layers, { watched: ["l"] })).toBe(false);
    send(layers, { watched: ["l", "h"] });
    expect(actives(layers)).toEqual([true, false, true]);
    send(layers, { watched: [] });
    expect(actives(layers)).toEqual([false, false, false]);
  });

  it("sends the next lower one for one that is spared, and never none", () => {
    const layers = encodingsOf("class_camera", true, LARGE);
    expect(send(layers, { spared: 1 })).toBe(true);
    expect(actives(layers)).toEqual([true, true, false]);
    send(layers, { watched: ["h"], spared: 1 });
    expect(actives(layers)).toEqual([false, true, false]);
    send(layers, { watched: ["l", "h"], spared: 2 });
    expect(actives(layers)).toEqual([true, false, false]);
    send(layers, { watched: ["h"], spared: 3 });
    expect(actives(layers)).toEqual([true, false, false]);
  });

  it("follows a camera that is changed for another", () => {
    const layers = encodingsOf("class_camera", true, camera(640, 360));
    send(layers);
    expect(layers.map((one) => one.scaleResolutionDownBy)).toEqual([4, 2, 1]);
    expect(actives(layers)).toEqual([true, true, true]);
    send(layers, { track: camera(640, 480), watched: ["h"] });
    expect(layers.map((one) => one.scaleResolutionDownBy)).toEqual([2, 1, 1]);
    expect(actives(layers)).toEqual([false, true, false]);
  });

  it("sends the whole picture when only the lowest layer was left", () => {
    const layers = encodingsOf("camera", true, LARGE).slice(0, 1);
    send(layers, { watched: ["h"] });
    expect(layers).toEqual([
      { rid: "l", active: true, scaleResolutionDownBy: 1, maxBitrate: 2_000_000 },
    ]);
  });

  it("divides a screen in time where it is VP9", () => {
    const sent = parameters([{}], "video/VP9");
    settle(sent, "screen", { track: LARGE });
    expect(sent.encodings).toEqual([{ maxBitrate: 2_500_000, scalabilityMode: "L1T3" }]);
    const other = parameters([{}], "video/H264");
    settle(other, "screen", { track: LARGE });
    expect(other.encodings).toEqual([{ maxBitrate: 2_500_000 }]);
  });

  it("leaves sounds as they are", () => {
    expect(settle(parameters([{}], "audio/opus"), "microphone", { track: null })).toBe(false);
  });
});
