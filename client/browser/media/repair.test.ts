import { describe, expect, it } from "vitest";

import { withRepair } from "./repair";

const HEAD = "v=0\r\ns=-\r\n";
const SOUND =
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n";
const RED = "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n";
const PICTURE = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\n";
const NACK = "a=rtcp-fb:111 nack\r\n";

describe("withRepair", () => {
  it("asks for lost sound in every section of a browser that has redundant sound", () => {
    const given = HEAD + SOUND + RED + PICTURE + SOUND + RED;
    const found = withRepair(given);
    expect(found.split(NACK)).toHaveLength(3);
    expect(found.replaceAll(NACK, "")).toBe(given);
    expect(found.indexOf(NACK)).toBeGreaterThan(found.indexOf("m=audio"));
  });

  it("leaves an offer alone whose browser has none", () => {
    const given = HEAD + SOUND + PICTURE;
    expect(withRepair(given)).toBe(given);
  });

  it("asks once", () => {
    const once = withRepair(HEAD + SOUND + RED);
    expect(withRepair(once)).toBe(once);
  });
});
