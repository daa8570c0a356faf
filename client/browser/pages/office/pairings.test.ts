import { expect, test } from "vitest";
import type { Pairing } from "../../api/school";
import { endWord, inTurn, stateWords } from "./pairings";

const STANDS: Pairing = {
  id: "stands",
  supporter: { id: "t", name: "尼山小学", region: "330802" },
  recipient: { id: "v", name: "齐溪小学", region: "330824" },
  scope: "city",
  forms: ["sync_class", "net_training"],
  begins: "2026-09-01",
  ends: "2029-08-31",
  waiver: "",
  state: "stands",
  waits_for: "",
  instead_of: null,
  ended: null,
  ended_by: "",
  may_change: true,
  may_agree: false,
  may_end: true,
};
const WAITS: Pairing = { ...STANDS, id: "waits", state: "waits", waits_for: "开化县教育局" };
const ASKED: Pairing = { ...WAITS, id: "asked", may_agree: true };
const OVER: Pairing = {
  ...STANDS,
  id: "over",
  state: "ended",
  ended: "2026-11-25",
  ended_by: "开化县教育局",
};

test("what waits for one's own agreement comes first and what is over last", () => {
  const turns = inTurn([OVER, STANDS, WAITS, ASKED]).map((one) => one.id);
  expect(turns).toEqual(["asked", "waits", "stands", "over"]);
});

test("a state names whom one waits for and who ended it", () => {
  expect(stateWords(WAITS)).toBe("等待开化县教育局同意");
  expect(stateWords(STANDS)).toBe("双方已同意");
  expect(stateWords(OVER)).toBe("开化县教育局已结束（2026-11-25）");
  expect(stateWords({ ...OVER, ended_by: "" })).toBe("系统管理员已结束（2026-11-25）");
  expect(stateWords({ ...OVER, state: "declined" })).toBe("开化县教育局没有同意（2026-11-25）");
  expect(stateWords({ ...OVER, state: "replaced" })).toBe("已换成新的结对（2026-11-25）");
});

test("nobody is told that they end what they only decline or withdraw", () => {
  expect([STANDS, WAITS, ASKED].map(endWord)).toEqual([
    "pairings.end",
    "pairings.withdraw",
    "pairings.decline",
  ]);
});
