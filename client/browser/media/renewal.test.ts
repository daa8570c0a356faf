import { describe, expect, it } from "vitest";
import { Renewal } from "./renewal";

describe("renewal", () => {
  it("keeps a peer that works and one that finds its way back", () => {
    const renewal = new Renewal();
    expect(renewal.due("connected", true, 0)).toBeNull();
    expect(renewal.due("disconnected", true, 1)).toBeNull();
    expect(renewal.due("connected", true, 2)).toBeNull();
    expect(renewal.due("disconnected", true, 3)).toBeNull();
    expect(renewal.due("disconnected", true, 4.5)).toBe("restart");
  });

  it("makes a peer anew that a restart did not help, and restarts each loss of the way", () => {
    const renewal = new Renewal();
    renewal.due("disconnected", true, 0);
    expect(renewal.due("disconnected", true, 1.5)).toBe("restart");
    expect(renewal.due("connecting", true, 4.4)).toBeNull();
    expect(renewal.due("disconnected", true, 4.5)).toBe("renew");
    expect(renewal.due("connecting", true, 8.4)).toBeNull();
    expect(renewal.due("connecting", true, 8.5)).toBe("renew");
    expect(renewal.due("connected", true, 9)).toBeNull();
    renewal.due("disconnected", true, 10);
    expect(renewal.due("disconnected", true, 11.5)).toBe("restart");
  });

  it("waits while signaling is broken too, and counts from its return", () => {
    const renewal = new Renewal();
    expect(renewal.due("disconnected", true, 0)).toBeNull();
    expect(renewal.due("failed", false, 20)).toBeNull();
    expect(renewal.due("disconnected", true, 21)).toBeNull();
    expect(renewal.due("disconnected", true, 22.5)).toBe("restart");
  });

  it("restarts at once when signaling is back and the way of media is lost", () => {
    const renewal = new Renewal();
    expect(renewal.returned("connected", 5)).toBe(false);
    expect(renewal.returned(null, 5)).toBe(false);
    expect(renewal.returned("failed", 5)).toBe(false);
    expect(renewal.returned("disconnected", 5)).toBe(true);
    expect(renewal.due("disconnected", true, 6.5)).toBeNull();
    expect(renewal.due("disconnected", true, 8)).toBe("renew");
  });

  it("renews a failed peer at once and a slow handshake after 4 s, again and again", () => {
    const renewal = new Renewal();
    expect(renewal.due("failed", true, 0)).toBe("renew");
    expect(renewal.due("connecting", true, 1)).toBeNull();
    expect(renewal.due("connecting", true, 4)).toBe("renew");
    expect(renewal.due("connecting", true, 8)).toBe("renew");
  });
});
