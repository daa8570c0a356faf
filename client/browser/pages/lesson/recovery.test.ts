import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Taken } from "../../media/retake";
import type { Recovery } from "./recovery";

/** The network as a phone tells of it. */
class Network extends EventTarget {
  type = "wifi";
  becomes(type: string): void {
    this.type = type;
    this.dispatchEvent(new Event("change"));
  }
}

describe("coming back by itself", () => {
  let network: Network;
  let visible: boolean;
  let now: number;
  let given: boolean;
  let asked: Taken[];
  let rerouted: number;
  let recovery: Recovery;

  beforeEach(async () => {
    [network, visible, now, given, asked, rerouted] = [new Network(), true, 100, true, [], 0];
    vi.resetModules();
    vi.stubGlobal("navigator", { connection: network, mediaDevices: new EventTarget() });
    vi.spyOn(document, "visibilityState", "get").mockImplementation(() =>
      visible ? "visible" : "hidden",
    );
    const fresh = await import("./recovery");
    recovery = new fresh.Recovery({
      retake: (what) => {
        asked.push(what);
        if (given) {
          recovery.fared(what, "settled");
        }
        return Promise.resolve(given);
      },
      reroute: () => (rerouted += 1),
      now: () => now,
    });
    recovery.start();
  });
  afterEach(() => {
    recovery.stop();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  function show(is: boolean): void {
    visible = is;
    document.dispatchEvent(new Event("visibilitychange"));
  }

  it("takes camera and microphone again after a locked screen that ended them", () => {
    show(false);
    recovery.fared("camera", "ended");
    recovery.fared("microphone", "ended");
    expect(recovery.away.value).toEqual(["camera", "microphone"]);
    now = 160;
    recovery.tick();
    expect(asked).toEqual([]);
    show(true);
    expect(asked).toEqual(["camera", "microphone"]);
    expect(recovery.away.value).toEqual([]);
  });

  it("waits for a call to give the microphone back, then takes it", () => {
    recovery.fared("microphone", "muted");
    expect(recovery.away.value).toEqual(["microphone"]);
    show(false);
    show(true);
    recovery.fared("microphone", "unmuted");
    now += 10;
    recovery.tick();
    expect(asked).toEqual([]);
    expect(recovery.away.value).toEqual([]);
    recovery.fared("microphone", "muted");
    show(true);
    now += 3;
    recovery.tick();
    expect(asked).toEqual(["microphone"]);
  });

  it("tries again while another program still has it, and when one is plugged in", async () => {
    given = false;
    recovery.fared("camera", "ended");
    await Promise.resolve();
    expect(asked).toHaveLength(1);
    now += 2;
    recovery.tick();
    await Promise.resolve();
    expect(asked).toHaveLength(2);
    expect(recovery.away.value).toEqual(["camera"]);
    given = true;
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
    expect(asked).toHaveLength(3);
    expect(recovery.away.value).toEqual([]);
  });

  it("takes another way at once when the network is another, not when it is only weaker", () => {
    network.becomes("wifi");
    network.becomes("none");
    expect(rerouted).toBe(0);
    network.becomes("cellular");
    expect(rerouted).toBe(1);
    recovery.stop();
    network.becomes("wifi");
    expect(rerouted).toBe(1);
  });
});
