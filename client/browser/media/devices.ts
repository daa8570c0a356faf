/** Cameras, microphones and screens of this device. */

/** Why there is no picture or no sound to send; a word of the catalogue. */
export type Trouble = "insecure" | "denied" | "missing" | "busy" | "failed";

/** What was asked for, as far as it was there. */
export interface Capture {
  readonly camera: MediaStreamTrack | null;
  readonly microphone: MediaStreamTrack | null;
  /** Why something is missing; null when nothing is. */
  readonly trouble: Trouble | null;
}

/** What to ask for. */
export interface Wish {
  readonly camera: boolean;
  readonly microphone: boolean;
}

/** A camera one can choose. */
export interface Choice {
  readonly id: string;
  readonly label: string;
}

const REMEMBERED = "tongke.camera";

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
    return { camera: null, microphone: null, trouble: "insecure" };
  }
  const both = await open(wish);
  if (both.trouble !== "missing" || !(wish.camera && wish.microphone)) {
    return both;
  }
  const sound = await open({ camera: false, microphone: true });
  const picture = await open({ camera: true, microphone: false });
  return { camera: picture.camera, microphone: sound.microphone, trouble: "missing" };
}

async function open(wish: Wish): Promise<Capture> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: wish.camera ? pictureWish() : false,
      audio: wish.microphone ? SOUND : false,
    });
    const [camera = null] = stream.getVideoTracks();
    const [microphone = null] = stream.getAudioTracks();
    remember(camera);
    return { camera, microphone, trouble: null };
  } catch (error) {
    return { camera: null, microphone: null, trouble: troubleOf(error) };
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

/** Prefers this camera from now on. */
export function preferCamera(id: string): void {
  localStorage.setItem(REMEMBERED, id);
}

function pictureWish(): MediaTrackConstraints {
  const id = localStorage.getItem(REMEMBERED);
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25 } };
  return id === null ? size : { ...size, deviceId: { ideal: id } };
}

function remember(camera: MediaStreamTrack | null): void {
  const id = camera?.getSettings().deviceId;
  if (id !== undefined && id !== "") {
    preferCamera(id);
  }
}

function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error ? error.name : "";
  return TROUBLES[name] ?? "failed";
}
