import { beforeEach, describe, expect, it } from "vitest";
import { Playback } from "./playback";

/** An element that a browser with an autoplay policy holds back until it is tapped. */
class Element {
  paused = true;
  calls = 0;
  constructor(private readonly browser: { tapped: boolean }) {}
  play(): Promise<void> {
    this.calls += 1;
    if (this.browser.tapped) {
      this.paused = false;
      return Promise.resolve();
    }
    return Promise.reject(new DOMException("no gesture", "NotAllowedError"));
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("what the page plays", () => {
  let browser: { tapped: boolean };
  let told: boolean[];
  let playback: Playback;

  beforeEach(() => {
    browser = { tapped: false };
    told = [];
    playback = new Playback();
    playback.refused = (is) => told.push(is);
  });

  it("asks for one tap, which lets all of it go", async () => {
    const all = [new Element(browser), new Element(browser)];
    for (const one of all) {
      playback.start(one);
    }
    await settled();
    expect(told[told.length - 1]).toBe(true);
    browser.tapped = true;
    playback.unlock();
    await settled();
    expect(all.map((one) => one.paused)).toEqual([false, false]);
    expect(told.filter((is) => !is)).toEqual([false]);
  });

  it("asks for no tap where none is needed, nor for a source that is replaced", async () => {
    browser.tapped = true;
    playback.start(new Element(browser));
    const replaced = new Element(browser);
    replaced.play = () => Promise.reject(new DOMException("replaced", "AbortError"));
    playback.start(replaced);
    await settled();
    expect(told).toEqual([]);
  });

  it("asks no more when what was held back is gone", async () => {
    const one = new Element(browser);
    playback.start(one);
    await settled();
    playback.leave(one);
    expect(told).toEqual([true, false]);
  });

  it("does not ask for an element that left before the browser answered", async () => {
    const one = new Element(browser);
    playback.start(one);
    playback.leave(one);
    await settled();
    expect(told).toEqual([]);
  });

  it("starts again what the system stopped, and only that", async () => {
    browser.tapped = true;
    const all = [new Element(browser), new Element(browser)];
    for (const one of all) {
      playback.start(one);
    }
    await settled();
    all[0]!.paused = true;
    playback.resume();
    expect(all.map((one) => one.calls)).toEqual([2, 1]);
  });
});
