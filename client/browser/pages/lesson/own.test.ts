import { beforeEach, describe, expect, it, vi } from "vitest";
import type { OwnSource, UpPeer } from "../../media/up";
import type { Kind, LessonState } from "../../protocol/messages";
import { CodedError } from "../../protocol/wire";
import { emptyLesson } from "../../state/fold";
import type { Me } from "../../state/floor";
import { OwnSources, type Desk } from "./own";

const ME: Me = { participant: "b", device: "laptop", role: "teacher", leads: false };

class Track extends EventTarget {
  enabled = true;
  stopped = false;
  readonly label = "built-in";
  constructor(readonly kind: "audio" | "video") {
    super();
  }
  getSettings(): { deviceId: string } {
    return { deviceId: this.kind };
  }
  stop(): void {
    this.stopped = true;
  }
}

/** A lesson in which each of these sources of the room is sent by a device. */
function lesson(devices: Readonly<Partial<Record<Kind, string>>>): LessonState {
  const sources = (Object.entries(devices) as [Kind, string][]).map(([kind, device]) => ({
    ...{ source: `b/${kind}`, kind, device, codec: "h264" as const, on: true, recorded: false },
  }));
  return { ...emptyLesson(), phase: "live", sources };
}

describe("the sources of a device", () => {
  let sent: string[];
  let notices: string[];
  let fates: string[];
  let own: OwnSources;
  let camera: Track;
  let shared: Track[];

  beforeEach(() => {
    [sent, notices, fates] = [[], [], []];
    const up = {
      set: (sources: readonly OwnSource[]) => {
        sent = sources.map(({ name }) => name);
      },
    } as UpPeer;
    own = new OwnSources(
      up,
      {
        ask: () => undefined,
        notify: (code) => notices.push(code),
        fared: (what, how) => fates.push(`${what} ${how}`),
      },
      "A",
    );
    camera = new Track("video");
    shared = [new Track("video"), new Track("audio")];
    const screen = {
      getTracks: () => shared,
      getVideoTracks: () => shared.filter(({ kind }) => kind === "video"),
    };
    vi.stubGlobal("navigator", {
      mediaDevices: { getDisplayMedia: () => Promise.resolve(screen) },
    });
    own.adopt({
      camera: camera as unknown as MediaStreamTrack,
      microphone: null,
      trouble: null,
      replaced: null,
    });
    own.follow(lesson({}), ME);
  });

  it("end here when another device of the room has taken them over, and the person is told", async () => {
    await own.share();
    expect(sent).toEqual(["camera", "screen", "screen_sound"]);
    own.follow(lesson({ camera: "laptop", screen: "laptop", screen_sound: "laptop" }), ME);
    expect(notices).toEqual([]);

    own.follow(lesson({ camera: "laptop", screen: "phone", screen_sound: "laptop" }), ME);
    expect(sent).toEqual(["camera"]);
    expect(shared.every(({ stopped }) => stopped)).toBe(true);
    expect(own.sharing.value).toBe(false);
    expect(notices).toEqual(["notice.replaced"]);

    own.follow(lesson({ camera: "phone", screen: "phone" }), ME);
    expect(sent).toEqual([]);
    expect(camera.stopped).toBe(true);
    expect(notices).toEqual(["notice.replaced", "notice.replaced"]);
  });

  it("are taken over by whoever offers last: what another sends is not given up before", async () => {
    own.follow(lesson({ camera: "laptop", screen: "phone" }), ME);
    await own.share();
    own.follow(lesson({ camera: "laptop", screen: "phone" }), ME);
    expect(sent).toEqual(["camera", "screen", "screen_sound"]);
    own.follow(lesson({ camera: "laptop", screen: "laptop", screen_sound: "laptop" }), ME);
    expect(notices).toEqual([]);
  });

  it("do not keep what the server refused, until it may be tried again", async () => {
    await own.share();
    own.refused(new CodedError("banned"));
    expect(own.sharing.value).toBe(false);
    expect(sent).toEqual(["camera"]);
    await own.share();
    expect(sent).toEqual(["camera"]);
    own.follow({ ...lesson({}), banned: true }, ME);
    own.follow(lesson({}), ME);
    expect(sent).toEqual(["camera", "screen", "screen_sound"]);
  });

  it("are silent here while the floor is closed, and the person may be silent besides", async () => {
    const microphone = new Track("audio");
    const asked: string[] = [];
    const up = { set: () => undefined } as unknown as UpPeer;
    const desk: Desk = {
      ask: ({ type }) => asked.push(type),
      notify: () => undefined,
      fared: () => undefined,
    };
    own = new OwnSources(up, desk, "A");
    own.follow(lesson({}), ME);
    own.adopt({
      camera: null,
      microphone: microphone as unknown as MediaStreamTrack,
      trouble: null,
      replaced: null,
    });
    expect(microphone.enabled).toBe(false);
    own.setFloor({ type: "microphone", open: true, loudspeaker: true });
    expect(microphone.enabled).toBe(true);
    await own.toggleMicrophone();
    expect(microphone.enabled).toBe(false);
    await own.toggleMicrophone();
    own.setFloor({ type: "microphone", open: false, loudspeaker: true });
    expect(microphone.enabled).toBe(false);
    expect(microphone.stopped).toBe(false);
  });

  it("are its own again when the same page has come in as a new device", () => {
    own.follow(lesson({ camera: "laptop" }), ME);
    own.follow(lesson({ camera: "laptop" }), { ...ME, device: "laptop again" });
    expect(sent).toEqual(["camera"]);
    expect(notices).toEqual([]);
  });

  describe("that a phone call or another program takes away", () => {
    let given: Track | Error;

    beforeEach(() => {
      vi.stubGlobal("navigator", {
        mediaDevices: {
          enumerateDevices: () => Promise.resolve([]),
          getUserMedia: () =>
            given instanceof Error
              ? Promise.reject(given)
              : Promise.resolve({ getVideoTracks: () => [given], getAudioTracks: () => [] }),
        },
      });
      fates = [];
    });

    it("are told of, and go on in the same source when they are had again", async () => {
      camera.dispatchEvent(new Event("ended"));
      expect(fates).toEqual(["camera ended"]);
      expect(sent).toEqual([]);
      given = new DOMException("in use", "NotReadableError");
      expect(await own.retake("camera")).toBe(false);
      expect(own.trouble.value).toBeNull();
      given = new Track("video");
      expect(await own.retake("camera")).toBe(true);
      expect(sent).toEqual(["camera"]);
      expect(fates).toEqual(["camera ended", "camera settled"]);
    });

    it("are replaced where they only fell silent, and the old light goes out", async () => {
      camera.dispatchEvent(new Event("mute"));
      camera.dispatchEvent(new Event("unmute"));
      camera.dispatchEvent(new Event("mute"));
      expect(fates).toEqual(["camera muted", "camera unmuted", "camera muted"]);
      given = new Track("video");
      await own.retake("camera");
      expect(camera.stopped).toBe(true);
      camera.dispatchEvent(new Event("unmute"));
      expect(fates[fates.length - 1]).toBe("camera settled");
    });

    it("stay away if they were off, or if the person does not allow them any more", async () => {
      await own.toggleCamera();
      camera.dispatchEvent(new Event("ended"));
      expect(fates).toEqual(["camera settled"]);
      given = new DOMException("no", "NotAllowedError");
      expect(await own.retake("camera")).toBe(false);
      expect(own.trouble.value).toBe("denied");
      expect(fates).toEqual(["camera settled", "camera settled"]);
    });

    it("are let go at once if the lesson is over when they come", async () => {
      const late = (given = new Track("video"));
      const taking = own.retake("camera");
      own.stop();
      await taking;
      expect(late.stopped).toBe(true);
      expect(sent).toEqual([]);
    });
  });
});
