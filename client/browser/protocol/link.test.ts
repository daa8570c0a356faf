import { beforeEach, describe, expect, it } from "vitest";
import {
  hasProof,
  leaveEntry,
  leaveProof,
  signalingUrl,
  takeEntry,
  takeProof,
  tokenOf,
} from "./link";

describe("a link", () => {
  it("carries its token behind the #", () => {
    expect(tokenOf("#abc.def")).toBe("abc.def");
    expect(tokenOf("")).toBe("");
  });

  it("is spoken to by the same host, as securely as the page came", () => {
    expect(signalingUrl({ protocol: "https:", host: "a:8443" })).toBe("wss://a:8443/ws");
    expect(signalingUrl({ protocol: "http:", host: "localhost:8080" })).toBe(
      "ws://localhost:8080/ws",
    );
  });
});

describe("the proof a page leaves for its next life", () => {
  beforeEach(() => {
    sessionStorage.clear();
  });

  it("is there once, so that a copied tab does not push this one out", () => {
    expect(hasProof(sessionStorage, "token")).toBe(false);
    leaveProof(sessionStorage, "token", { device: "d", secret: "s", seen: 12 });
    expect(hasProof(sessionStorage, "token")).toBe(true);
    expect(takeProof(sessionStorage, "token")).toEqual({ device: "d", secret: "s", seen: -1 });
    expect(takeProof(sessionStorage, "token")).toBeNull();
  });

  it("is for one token only and survives nonsense", () => {
    leaveProof(sessionStorage, "token-of-another-lesson", { device: "d", secret: "s", seen: 0 });
    expect(takeProof(sessionStorage, "token")).toBeNull();
    sessionStorage.setItem("tongke.device.token", "{");
    expect(takeProof(sessionStorage, "token")).toBeNull();
  });
});

it("is entered once by the tap that opened it, and no other is", () => {
  const memory = new Map<string, string>();
  const storage = {
    getItem: (key: string) => memory.get(key) ?? null,
    setItem: (key: string, value: string) => void memory.set(key, value),
    removeItem: (key: string) => void memory.delete(key),
  };
  leaveEntry(storage, "a.b.c");
  expect(takeEntry(storage, "a.b.c")).toBe(true);
  expect(takeEntry(storage, "a.b.c")).toBe(false);
  leaveEntry(storage, "a.b.c");
  expect(takeEntry(storage, "x.y.z")).toBe(false);
});
