import { describe, expect, it } from "vitest";
import { encodingsOf, rowsOf, settle } from "./layers";

function parameters(encodings: RTCRtpEncodingParameters[], mimeType = "video/VP8") {
  const codecs = [{ mimeType, clockRate: 90_000, payloadType: 96 }];
  return { encodings, codecs, headerExtensions: [], rtcp: {}, transactionId: "1" };
}

describe("encodingsOf", () => {
  it("gives a camera three layers, lowest first, where the server wants them", () => {
    const layers = encodingsOf("camera", true);
    expect(layers.map(({ rid }) => rid)).toEqual(["l", "m", "h"]);
    expect(layers.map((one) => one.scaleResolutionDownBy)).toEqual([4, 2, 1]);
    expect(layers.some((one) => one.maxFramerate !== undefined)).toBe(false);
  });

  it("gives nothing else any", () => {
    expect(encodingsOf("camera", false)).toEqual([]);
    expect(encodingsOf("screen", true)).toEqual([]);
    expect(encodingsOf("microphone", true)).toEqual([]);
  });
});

describe("rowsOf", () => {
  const track = (height?: number) => ({ getSettings: () => ({ height }) }) as MediaStreamTrack;

  it("says what the track does, and nothing where it can't", () => {
    expect([track(480), track(20_000), track()].map(rowsOf)).toEqual([480, 8640, 0]);
  });
});

describe("settle", () => {
  it("sends the layers that are watched, all while nothing is known", () => {
    const sent = parameters(encodingsOf("class_camera", true));
    settle(sent, "class_camera", undefined);
    expect(sent.encodings.map((one) => one.active)).toEqual([true, true, true]);
    expect(settle(sent, "class_camera", undefined, 1)).toBe(true);
    expect(sent.encodings.map((one) => one.active)).toEqual([true, true, false]);
    settle(sent, "class_camera", ["l", "h"], 1);
    expect(sent.encodings.map((one) => one.active)).toEqual([true, true, false]);
    settle(sent, "class_camera", ["l", "h"], 2);
    expect(sent.encodings.map((one) => one.active)).toEqual([true, false, false]);
    settle(sent, "class_camera", ["l", "h"]);
    expect(sent.encodings.map((one) => one.active)).toEqual([true, false, true]);
    expect(settle(sent, "class_camera", ["l"])).toBe(true);
    expect(sent.encodings.map((one) => one.active)).toEqual([true, false, false]);
    expect(settle(sent, "class_camera", ["l"])).toBe(false);
    settle(sent, "class_camera", []);
    expect(sent.encodings.map((one) => one.active)).toEqual([false, false, false]);
  });

  it("sends the whole picture when only the lowest layer was left", () => {
    const sent = parameters(encodingsOf("camera", true).slice(0, 1));
    settle(sent, "camera", ["h"]);
    expect(sent.encodings).toEqual([{ rid: "l", scaleResolutionDownBy: 1, maxBitrate: 2_000_000 }]);
  });

  it("divides a screen in time where it is VP9", () => {
    const sent = parameters([{}], "video/VP9");
    settle(sent, "screen", undefined);
    expect(sent.encodings).toEqual([{ maxBitrate: 2_500_000, scalabilityMode: "L1T3" }]);
    const other = parameters([{}], "video/H264");
    settle(other, "screen", undefined);
    expect(other.encodings).toEqual([{ maxBitrate: 2_500_000 }]);
  });

  it("leaves sounds as they are", () => {
    expect(settle(parameters([{}], "audio/opus"), "microphone", undefined)).toBe(false);
  });
});
