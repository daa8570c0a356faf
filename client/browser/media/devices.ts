/** Cameras, microphones and screens of this device. */
import { rememberCamera, rememberedCamera, type Choice } from "./remembered";

/** Why there is no picture or no sound to send; a word of the catalogue. */
export type Trouble = "insecure" | "denied" | "missing" | "busy" | "failed";

/** What was asked for, as far as it was there. */
export interface Capture {
  readonly camera: MediaStreamTrack | null;
  readonly microphone: MediaStreamTrack | null;
  /** Why something is missing; null when nothing is. */
  readonly trouble: Trouble | null;
  /** The room's camera that is not there, and the one used instead; null when it is there. */
  readonly replaced: Replaced | null;
}

/** Two cameras by what they are called. */
export interface Replaced {
  readonly wanted: string;
  readonly used: string;
}

/** What to ask for. */
export interface Wish {
  readonly camera: boolean;
  readonly microphone: boolean;
  /** Whose camera: the room's name, empty for a device of no room. */
  readonly room: string;
}

/** Neither camera nor microphone. */
export const NOTHING: Capture = {
  camera: null,
  microphone: null,
  trouble: null,
  replaced: null,
};

const SOUND: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

const TROUBLES: Readonly<Record<string, Trouble>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** Whether a browser lets this page ask for a camera at all: only over HTTPS or on localhost. */
export function canCapture(): boolean {
  return "mediaDevices" in navigator && "getUserMedia" in navigator.mediaDevices;
}

/** Whether this device can share its screen; phones can't. */
export function canShare(): boolean {
  return canCapture() && "getDisplayMedia" in navigator.mediaDevices;
}

/** Opens camera and microphone in one question; each alone if there are not both. */
export async function capture(wish: Wish): Promise<Capture> {
  if (!canCapture()) {
    return { ...NOTHING, trouble: "insecure" };
  }
  const both = await open(wish);
  if (both.trouble !== "missing" || !(wish.camera && wish.microphone)) {
    return both;
  }
  const sound = await open({ ...wish, camera: false });
  const picture = await open({ ...wish, microphone: false });
  return { ...picture, microphone: sound.microphone, trouble: "missing" };
}

async function open(wish: Wish): Promise<Capture> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: wish.camera ? pictureWish(wish.room) : false,
      audio: wish.microphone ? SOUND : false,
    });
    const [camera = null] = stream.getVideoTracks();
    const [microphone = null] = stream.getAudioTracks();
    const replaced = camera === null ? null : await replacedBy(camera, wish.room);
    return { camera, microphone, trouble: null, replaced };
  } catch (error) {
    return { ...NOTHING, trouble: troubleOf(error) };
  }
}

/** A microphone as it is, without the browser's echo cancellation; null where there is none. */
export async function captureRaw(): Promise<MediaStreamTrack | null> {
  try {
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    return stream.getAudioTracks()[0] ?? null;
  } catch {
    return null;
  }
}

/** A shared screen, with its sound where the browser gives it; null when the person changed their mind. */
export async function captureScreen(): Promise<MediaStream | null> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { max: 15 } },
      audio: true,
    });
    for (const track of stream.getVideoTracks()) {
      track.contentHint = "detail";
    }
    return stream;
  } catch {
    return null;
  }
}

/** The cameras of this device; their labels are empty until one was allowed. */
export async function cameras(): Promise<Choice[]> {
  if (!canCapture()) {
    return [];
  }
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter((device) => device.kind === "videoinput")
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/** Prefers this camera in a room from now on. */
export function preferCamera(room: string, camera: Choice): void {
  rememberCamera(room, camera);
}

function pictureWish(room: string): MediaTrackConstraints {
  const camera = rememberedCamera(room);
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25 } };
  return camera === null ? size : { ...size, deviceId: { ideal: camera.id } };
}

/**
 * Which camera of the room this one stands in for. The room's own stays remembered: it is used
 * again as soon as it is plugged in. A room that has none remembers this one.
 */
async function replacedBy(camera: MediaStreamTrack, room: string): Promise<Replaced | null> {
  const id = camera.getSettings().deviceId ?? "";
  const own = rememberedCamera(room);
  if (own === null && id !== "") {
    preferCamera(room, { id, label: camera.label });
  }
  if (own === null || own.id === id || (await cameras()).some((one) => one.id === own.id)) {
    return null;
  }
  return { wanted: own.label, used: camera.label };
}

function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error ? error.name : "";
  return TROUBLES[name] ?? "failed";
}
