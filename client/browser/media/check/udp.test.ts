import { describe, expect, it } from "vitest";
import { firstIn, pathIn } from "./udp";

const REMOTE = { id: "R2", type: "remote-candidate", address: "192.0.2.7", port: 40000 };
const PAIR = { id: "P2", type: "candidate-pair", nominated: true, state: "succeeded" };

describe("the path in a connection's statistics", () => {
  it("is that of the pair in use", () => {
    const stats = [
      { id: "P1", type: "candidate-pair", state: "failed", currentRoundTripTime: 9 },
      { ...PAIR, remoteCandidateId: "R2", currentRoundTripTime: 0.012 },
      REMOTE,
    ];
    expect(pathIn(stats)).toEqual({ rtt_ms: 12, tcp: false, relay: false, to: "192.0.2.7 40000" });
    const byTcp = [
      { ...PAIR, remoteCandidateId: "R2" },
      { ...REMOTE, protocol: "tcp" },
    ];
    expect(pathIn(byTcp).tcp).toBe(true);
    const byRelay = [
      { ...PAIR, localCandidateId: "L1", remoteCandidateId: "R2" },
      { id: "L1", type: "local-candidate", candidateType: "relay", protocol: "udp" },
      REMOTE,
    ];
    expect(pathIn(byRelay)).toMatchObject({ relay: true, tcp: false, to: "192.0.2.7 40000" });
  });

  it("is known in part where a browser tells no round trip or address", () => {
    expect(pathIn([{ ...PAIR, remoteCandidateId: "R2" }, REMOTE])).toEqual({
      rtt_ms: null,
      tcp: false,
      relay: false,
      to: "192.0.2.7 40000",
    });
    expect(pathIn([])).toEqual({ rtt_ms: null, tcp: false, relay: false, to: null });
  });
});

describe("the address that was tried", () => {
  it("is the first of the answer", () => {
    const line = (address: string): string =>
      `a=candidate:1 1 udp 2130706431 ${address} 40000 typ host`;
    const sdp = ["v=0", line("192.0.2.7"), line("2001:db8::7")].join("\r\n");
    expect(firstIn(sdp)).toBe("192.0.2.7 40000");
    expect(firstIn("v=0")).toBeNull();
  });
});
