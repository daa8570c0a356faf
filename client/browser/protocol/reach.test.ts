import { afterEach, describe, expect, it, vi } from "vitest";
import { reach, reachIn } from "./reach";

function answering(with_: (signal: AbortSignal) => Promise<{ status: number }>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: URL, { signal }: { signal: AbortSignal }) => {
    asked.push(url.href);
    return with_(signal);
  });
  return asked;
}

describe("who asks whether a server answers", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", true],
    ["Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", true],
    [
      "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
      false,
    ],
    [
      "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
      false,
    ],
    [
      "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Safari/605.1.15",
      false,
    ],
  ])("%s: %s", (agent, asks) => {
    expect(reachIn(agent) !== null).toBe(asks);
  });
});

describe("whether a server answers", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("asks the server of the signaling", async () => {
    const asked = answering(() => Promise.resolve({ status: 200 }));
    const never = new AbortController().signal;
    expect(await reach("wss://a:8443/ws", never)).toBe(true);
    expect(await reach("ws://b/ws", never)).toBe(true);
    expect(asked).toEqual(["https://a:8443/healthz", "http://b/healthz"]);
  });

  it.each([
    [0, true], // of a server elsewhere that is all one learns
    [404, true],
    [502, false],
  ])("takes status %i for %s", async (status, there) => {
    answering(() => Promise.resolve({ status }));
    expect(await reach("ws://a/ws", new AbortController().signal)).toBe(there);
  });

  it("says no where a port refuses", async () => {
    answering(() => Promise.reject(new TypeError("refused")));
    expect(await reach("ws://a/ws", new AbortController().signal)).toBe(false);
  });

  it("ends when it is told to", async () => {
    const asking = new AbortController();
    answering(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            reject(new DOMException("given up", "AbortError"));
          });
        }),
    );
    const found = reach("ws://a/ws", asking.signal);
    asking.abort();
    expect(await found).toBe(false);
  });
});
