/** Whether a camera shows anything: the shell takes one picture, the rest is pure. */

/** How a picture is. */
export type Sight = "good" | "dark" | "none";

/** Brightness from 0 to 255 below which all of a picture is as good as black. */
const BLACK = 16;
/** Share of points that may be brighter than that in a picture that counts as black: its noise. */
const NOISE = 0.01;

/** Whether pixels (RGBA) are as good as black: a lid on the lens. */
export function isDark(pixels: Uint8ClampedArray): boolean {
  let bright = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const most = Math.max(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0);
    bright += most >= BLACK ? 1 : 0;
  }
  return bright <= (pixels.length / 4) * NOISE;
}

const [WIDTH, HEIGHT] = [64, 36];
const LONGEST_MS = 3000;
/** Cameras open their iris in the first pictures. */
const SETTLE_MS = 700;

/** Looks through a camera for a moment. */
export async function lookAt(camera: MediaStreamTrack): Promise<Sight> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([camera]);
  try {
    const plays = video.play().then(() => true);
    if (!(await Promise.race([plays, after(LONGEST_MS).then(() => false)]))) {
      return "none";
    }
    await after(SETTLE_MS);
    return pictureOf(video);
  } catch {
    return "none";
  } finally {
    video.srcObject = null;
  }
}

function pictureOf(video: HTMLVideoElement): Sight {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const pen = canvas.getContext("2d");
  if (pen === null || video.videoWidth === 0) {
    return "none";
  }
  pen.drawImage(video, 0, 0, WIDTH, HEIGHT);
  return isDark(pen.getImageData(0, 0, WIDTH, HEIGHT).data) ? "dark" : "good";
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
