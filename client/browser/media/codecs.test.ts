import { describe, expect, it } from "vitest";
import { codecsIn } from "./codecs";

const OFFER = [
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 9",
  "a=rtpmap:111 opus/48000/2",
  "a=rtpmap:9 G722/8000",
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 102",
  "a=rtpmap:96 VP8/90000",
  "a=rtpmap:97 rtx/90000",
  "a=rtpmap:98 VP9/90000",
  "a=fmtp:98 profile-id=2",
  "a=rtpmap:99 H264/90000",
  "a=fmtp:99 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f",
  "a=rtpmap:100 AV1/90000",
  "a=rtpmap:102 H264/90000",
  "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f",
].join("\r\n");

describe("codecsIn", () => {
  it("names only what every receiver plays", () => {
    expect(codecsIn(OFFER)).toEqual(["opus", "vp8"]);
  });

  it("counts constrained baseline in packetization mode 1 and VP9 profile 0", () => {
    const more = OFFER.replace("64001f", "42e01f").replace("profile-id=2", "profile-id=0");
    expect(codecsIn(more)).toEqual(["opus", "vp8", "vp9", "h264"]);
  });

  it("finds nothing in nothing", () => {
    expect(codecsIn("")).toEqual([]);
  });
});
