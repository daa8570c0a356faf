import { describe, expect, it } from "vitest";
import { Renewal } from "./renewal";

describe("renewal", () => {
  it("keeps a peer that works and one that finds its way back", () => {
    const renewal = new Renewal();
    expect(renewal.due("connected", true, 0)).toBe(false);
    expect(renewal.due("disconnected", true, 1)).toBe(false);
    expect(renewal.due("connected", true, 2)).toBe(false);
    expect(renewal.due("disconnected", true, 3)).toBe(false);
    expect(renewal.due("disconnected", true, 4.5)).toBe(true);
  });

  it("waits while signaling is broken too, and counts from its return", () => {
    const renewal = new Renewal();
    expect(renewal.due("disconnected", true, 0)).toBe(false);
    expect(renewal.due("failed", false, 20)).toBe(false);
    expect(renewal.due("disconnected", true, 21)).toBe(false);
    expect(renewal.due("disconnected", true, 22.5)).toBe(true);
  });

  it("renews a failed peer at once and a slow handshake after 4 s, again and again", () => {
    const renewal = new Renewal();
    expect(renewal.due("failed", true, 0)).toBe(true);
    expect(renewal.due("connecting", true, 1)).toBe(false);
    expect(renewal.due("connecting", true, 4)).toBe(true);
    expect(renewal.due("connecting", true, 8)).toBe(true);
  });
});
