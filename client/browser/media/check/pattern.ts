/** A picture of nobody and nothing that is sent to count what arrives: greys that change. */

const SIZE = 96;
const BLOCK = 16;
/** As many packets a second as a voice makes: each picture is small enough for one. */
const EVERY_MS = 20;

/** It changes until it is stopped. */
export interface Pattern {
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** Begins one; null in a browser that cannot send what is drawn. No tap is needed for it. */
export function drawPattern(): Pattern | null {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIZE, SIZE];
  const pen = canvas.getContext("2d");
  if (pen === null || !("captureStream" in canvas)) {
    return null;
  }
  const [track] = canvas.captureStream().getVideoTracks();
  if (track === undefined) {
    return null;
  }
  const timer = setInterval(() => {
    draw(pen);
  }, EVERY_MS);
  const stop = (): void => {
    clearInterval(timer);
    track.stop();
  };
  return { track, stop };
}

function draw(pen: CanvasRenderingContext2D): void {
  for (let x = 0; x < SIZE; x += BLOCK) {
    for (let y = 0; y < SIZE; y += BLOCK) {
      pen.fillStyle = `hsl(0 0% ${String(Math.floor(Math.random() * 100))}%)`;
      pen.fillRect(x, y, BLOCK, BLOCK);
    }
  }
}
