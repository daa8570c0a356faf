import { describe, expect, it } from "vitest";
import { rememberCamera, rememberedCamera } from "./remembered";

function store(): Pick<Storage, "getItem" | "setItem"> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
}

describe("the camera of a room", () => {
  it("is another one in each room", () => {
    const kept = store();
    rememberCamera("A 教室", { id: "1", label: "讲台" }, kept);
    rememberCamera("B 教室", { id: "2", label: "后墙" }, kept);
    expect(rememberedCamera("A 教室", kept)).toEqual({ id: "1", label: "讲台" });
    expect(rememberedCamera("B 教室", kept)).toEqual({ id: "2", label: "后墙" });
    expect(rememberedCamera("C 教室", kept)).toBeNull();
  });

  it("is unknown where something else was kept", () => {
    const kept = store();
    for (const text of ["abc", "{}", "7"]) {
      kept.setItem("tongke.camera.A", text);
      expect(rememberedCamera("A", kept)).toBeNull();
    }
  });
});
