import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cameras, capture, preferCamera } from "./devices";

const DESK = { deviceId: "desk", kind: "videoinput", label: "讲台" };
const WALL = { deviceId: "wall", kind: "videoinput", label: "后墙" };

/** Opens the camera that is wished for if it is plugged in, else the first, as browsers do. */
function media(plugged: { deviceId: string; label: string; kind: string }[]): unknown {
  return {
    enumerateDevices: () => Promise.resolve(plugged),
    getUserMedia: ({ video }: { video: { deviceId?: { ideal: string } } }) => {
      const wished = plugged.find((one) => one.deviceId === video.deviceId?.ideal);
      const used = wished ?? plugged[0];
      if (used === undefined) {
        return Promise.reject(new DOMException("none", "NotFoundError"));
      }
      const { deviceId, label } = used;
      const track = { label, getSettings: () => ({ deviceId }) };
      return Promise.resolve({ getVideoTracks: () => [track], getAudioTracks: () => [] });
    },
  };
}

const WISH = { camera: true, microphone: false, room: "A 教室" };

describe("the camera of a room", () => {
  beforeEach(() => {
    localStorage.clear();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("is the one that was chosen there before", async () => {
    vi.stubGlobal("navigator", { mediaDevices: media([DESK, WALL]) });
    preferCamera("A 教室", { id: "wall", label: "后墙" });
    const { camera, replaced } = await capture(WISH);
    expect(camera?.label).toBe("后墙");
    expect(replaced).toBeNull();
    expect((await capture({ ...WISH, room: "B 教室" })).camera?.label).toBe("讲台");
    expect((await cameras()).map(({ id }) => id)).toEqual(["desk", "wall"]);
  });

  it("is another while it is unplugged, which is said, and itself again afterwards", async () => {
    preferCamera("A 教室", { id: "wall", label: "后墙" });
    vi.stubGlobal("navigator", { mediaDevices: media([DESK]) });
    const { camera, replaced } = await capture(WISH);
    expect(camera?.label).toBe("讲台");
    expect(replaced).toEqual({ wanted: "后墙", used: "讲台" });
    vi.stubGlobal("navigator", { mediaDevices: media([DESK, WALL]) });
    expect((await capture(WISH)).camera?.label).toBe("后墙");
  });

  it("is remembered from its first use", async () => {
    vi.stubGlobal("navigator", { mediaDevices: media([DESK]) });
    await capture(WISH);
    vi.stubGlobal("navigator", { mediaDevices: media([WALL]) });
    expect((await capture(WISH)).replaced).toEqual({ wanted: "讲台", used: "后墙" });
  });

  it("is missing where there is none at all", async () => {
    vi.stubGlobal("navigator", { mediaDevices: media([]) });
    expect(await capture(WISH)).toEqual({
      ...{ camera: null, microphone: null, trouble: "missing", replaced: null },
    });
  });
});
