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

  it("keeps a peer that is called disconnected while packets come by it", () => {
    const renewal = new Renewal();
    for (let now = 0; now <= 6; now += 0.5) {
      expect(renewal.due("disconnected", true, now)).toBeNull();
      renewal.counted(1000 + now, now);
    }
    for (let now = 6.5; now < 9; now += 0.5) {
      expect(renewal.due("disconnected", true, now)).toBeNull();
      renewal.counted(1006, now);
    }
    expect(renewal.due("disconnected", true, 9)).toBe("restart");
    renewal.counted(1007, 11.5);
    expect(renewal.due("disconnected", true, 12)).toBeNull();
    expect(renewal.due("disconnected", true, 14.5)).toBe("renew");
  });

  it("waits for a count that a busy computer takes its time for, but not for ever", () => {
    const renewal = new Renewal();
    renewal.due("disconnected", true, 0);
    renewal.asked(0);
    renewal.counted(1000, 0.9);
    renewal.asked(1);
    expect(renewal.due("disconnected", true, 1.5)).toBeNull();
    renewal.counted(1001, 2);
    expect(renewal.due("disconnected", true, 4.5)).toBeNull();
    renewal.asked(4.6);
    expect(renewal.due("disconnected", true, 7.5)).toBeNull();
    expect(renewal.due("disconnected", true, 7.7)).toBe("restart");
  });

  it("keeps a peer whose ICE is restarted while packets come by its old way", () => {
    const renewal = new Renewal();
    renewal.due("disconnected", true, 0);
    expect(renewal.due("disconnected", true, 1.5)).toBe("restart");
    for (let now = 2; now <= 8; now += 0.5) {
      expect(renewal.due("connecting", true, now)).toBeNull();
      renewal.counted(1000 + now, now);
    }
    expect(renewal.due("connecting", true, 11.5)).toBe("renew");
    renewal.counted(2000, 12);
    expect(renewal.due("connecting", true, 15.5)).toBe("renew");
  });

  it("does not take what came before for what comes now", () => {
    const renewal = new Renewal();
    renewal.due("disconnected", true, 0);
    renewal.counted(1000, 0);
    renewal.due("connected", true, 0.5);
    renewal.due("disconnected", true, 20);
    renewal.counted(9000, 20);
    expect(renewal.due("disconnected", true, 21.5)).toBe("restart");
  });

  it("leaves a peer that nobody needs to its browser, until one does or it failed", () => {
    const renewal = new Renewal();
    expect(renewal.due("disconnected", true, 0, false)).toBeNull();
    expect(renewal.due("disconnected", true, 20, false)).toBeNull();
    expect(renewal.due("disconnected", true, 20.5, true)).toBe("restart");
    renewal.recover();
    expect(renewal.due("failed", true, 30, false)).toBe("renew");
  });

  it("makes a peer anew that a restart did not help, though nobody needs it", () => {
    const renewal = new Renewal();
    expect(renewal.returned("disconnected", 0)).toBe(true);
    expect(renewal.due("disconnected", true, 2.5, false)).toBeNull();
    expect(renewal.due("disconnected", true, 3, false)).toBe("renew");
  });

  it("restarts again a peer that worked for a moment, between two looks", () => {
    const renewal = new Renewal();
    renewal.due("disconnected", true, 0);
    expect(renewal.due("disconnected", true, 1.5)).toBe("restart");
    renewal.recover();
    expect(renewal.due("disconnected", true, 4.5)).toBeNull();
    expect(renewal.due("disconnected", true, 6)).toBe("restart");
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
