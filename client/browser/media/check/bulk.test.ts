import { afterEach, describe, expect, it, vi } from "vitest";
import { kbps, measureBulk } from "./bulk";

/** Lets every transfer take so long, as the page's clock sees it. */
function everyTransferTakes(milliseconds: number): number[] {
  let clock = 0;
  const sizes: number[] = [];
  vi.spyOn(performance, "now").mockImplementation(() => clock);
  vi.stubGlobal("fetch", (path: string, how: RequestInit) => {
    clock += milliseconds;
    const asked = Number(new URLSearchParams(path.split("?")[1]).get("octets"));
    const octets = how.body instanceof Uint8Array ? how.body.byteLength : asked;
    sizes.push(octets);
    return Promise.resolve(new Response(new Uint8Array(octets)));
  });
  return sizes;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a measured transfer", () => {
  it.each(["up", "down"] as const)("grows while it is quick: %s", async (way) => {
    const sizes = everyTransferTakes(100);
    expect(await measureBulk("token", way)).toBe(kbps(1_000_000, 100));
    expect(sizes).toEqual([32_000, 250_000, 1_000_000]);
  });

  it("stays small on a thin line", async () => {
    const sizes = everyTransferTakes(4000);
    expect(await measureBulk("token", "down")).toBe(64);
    expect(sizes).toEqual([32_000]);
  });

  it("says nothing where nothing passes", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
    expect(await measureBulk("token", "up")).toBeNull();
  });
});
