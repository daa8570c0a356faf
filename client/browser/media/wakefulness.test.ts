import { beforeEach, describe, expect, it } from "vitest";
import { Wakefulness, type Lit } from "./wakefulness";

class Sentinel extends EventTarget {
  released = false;
  readonly type = "screen";
  onrelease = null;
  release(): Promise<void> {
    this.released = true;
    this.dispatchEvent(new Event("release"));
    return Promise.resolve();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("keeping the screen lit", () => {
  let taken: Sentinel[];
  let visible: boolean;
  let refuses: boolean;
  let moves: boolean[];

  function page(lock: boolean): Lit {
    const take = (): Promise<WakeLockSentinel> => {
      if (refuses) {
        return Promise.reject(new DOMException("battery", "NotAllowedError"));
      }
      taken.push(new Sentinel());
      return Promise.resolve(taken[taken.length - 1] as unknown as WakeLockSentinel);
    };
    const moving = (): { start(): void; stop(): void } => ({
      start: () => moves.push(true),
      stop: () => moves.push(false),
    });
    return { lock: lock ? take : null, moving, visible: () => visible };
  }

  beforeEach(() => {
    [taken, moves] = [[], []];
    [visible, refuses] = [true, false];
  });

  it("takes one lock, and another when the page is seen again", async () => {
    const lit = new Wakefulness(page(true));
    lit.start();
    lit.seen();
    await settled();
    expect(taken).toHaveLength(1);
    visible = false;
    await taken[0]!.release();
    lit.seen();
    expect(taken).toHaveLength(1);
    visible = true;
    lit.seen();
    await settled();
    expect(taken).toHaveLength(2);
    lit.stop();
    expect(taken[1]!.released).toBe(true);
  });

  it("gives back a lock that comes after the lesson", async () => {
    const lit = new Wakefulness(page(true));
    lit.start();
    lit.stop();
    await settled();
    expect(taken.map((one) => one.released)).toEqual([true]);
    lit.seen();
    expect(taken).toHaveLength(1);
  });

  it("plays a picture where there is no lock to take or none is given", async () => {
    const lit = new Wakefulness(page(false));
    lit.start();
    expect(moves).toEqual([true]);
    lit.stop();
    expect(moves).toEqual([true, false]);
    refuses = true;
    new Wakefulness(page(true)).start();
    await settled();
    expect(moves).toEqual([true, false, true]);
  });
});
