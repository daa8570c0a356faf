import { describe, expect, it } from "vitest";
import type { Event } from "../../protocol/messages";
import { emptyLesson } from "../../state/fold";
import { newsOf, type Reader } from "./news";

const names = new Map([
  ["host", "张老师"],
  ["far", "乙班"],
]);

/** Somebody who reads the news of a lesson. */
function reader(participant: string, leads: boolean): Reader {
  const me = { participant, device: "d", role: "teacher" as const, leads };
  return { me, lesson: emptyLesson(), names };
}

const host = reader("host", true);
const far = reader("far", false);
const other = reader("other", false);

describe("what somebody is told at once", () => {
  it("tells the host how a class follows, its teacher that it was heard, and nobody else", () => {
    const slower: Event = { type: "pace_signalled", participant: "far", pace: "slower" };
    expect(newsOf(slower, host)).toEqual({
      word: "notice.pace.slower",
      name: "乙班",
      stays: false,
    });
    expect(newsOf({ ...slower, pace: "help" }, host)?.stays).toBe(true);
    expect(newsOf(slower, far)).toEqual({ word: "notice.paced" });
    expect(newsOf(slower, other)).toBeNull();
  });

  it("tells of a private line whoever did not write it", () => {
    const line = { type: "whispered", participant: "far", host: "host", text: "?" } as const;
    const fromHost: Event = { ...line, by_host: true };
    const toHost: Event = { ...line, by_host: false };
    expect(newsOf(toHost, host)).toEqual({ word: "notice.whispered", name: "乙班" });
    expect(newsOf(toHost, far)).toBeNull();
    expect(newsOf(fromHost, far)).toEqual({ word: "notice.whispered", name: "张老师" });
    expect(newsOf(fromHost, host)).toBeNull();
  });

  it("tells the host alone of which class nothing is kept, until it is read", () => {
    const decided: Event = {
      type: "consent_decided",
      source: "far/camera",
      allowed: false,
      reason: "consent_class_missing",
    };
    const told = { word: "notice.consent_missing", name: "乙班", stays: true };
    expect(newsOf(decided, host)).toEqual(told);
    expect(newsOf(decided, far)).toBeNull();
    expect(newsOf({ ...decided, reason: "consent_given" }, host)).toBeNull();
  });

  it("tells nobody of what shows by itself", () => {
    expect(newsOf({ type: "called", participant: "far" } as Event, host)).toBeNull();
  });
});
