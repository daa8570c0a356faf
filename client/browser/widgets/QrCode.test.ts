import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { createApp, h } from "vue";
import QrCode from "./QrCode.vue";

const LINK = "https://192.168.1.20:8443/join#eyJhbGciOiJIUzI1NiJ9.eyJsZXNzb24iOiIwIn0.sig";

function drawn(text: string): SVGElement {
  const place = document.createElement("div");
  createApp({ render: () => h(QrCode, { text, label: "code" }) }).mount(place);
  const found = place.querySelector("svg");
  if (found === null) {
    throw new Error("nothing was drawn");
  }
  return found;
}

/** The dark modules that the path fills. */
function modules(svg: SVGElement): boolean[][] {
  const size = Number(svg.getAttribute("viewBox")?.split(" ")[2]);
  const grid = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const path = svg.querySelector("path")?.getAttribute("d") ?? "";
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    grid[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  }
  return grid;
}

describe("a QR code", () => {
  it("draws every module of the link and no other", () => {
    expect(modules(drawn(LINK))).toEqual(encode(LINK, { ecc: "M", border: 4 }).data);
  });

  it("leaves four modules of quiet around it, then the three corners", () => {
    const grid = modules(drawn(LINK));
    const rim = [...grid.slice(0, 4), ...grid.slice(-4), ...grid.map((row) => row.slice(0, 4))];
    expect(rim.flat()).not.toContain(true);
    const corner = [true, true, true, true, true, true, true, false];
    expect(grid[4]?.slice(4, 12)).toEqual(corner);
    expect(grid[4]?.slice(-12, -4)).toEqual([...corner].reverse());
    expect(grid[grid.length - 5]?.slice(4, 12)).toEqual(corner);
  });

  it("says what it is to whoever does not see it", () => {
    expect(drawn(LINK).getAttribute("aria-label")).toBe("code");
  });
});
