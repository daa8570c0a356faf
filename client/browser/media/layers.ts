/** How a picture is sent: whole, or in layers of which the server passes each viewer one. */
import type { Kind } from "../protocol/messages";

/** With what the DOM's types leave out (W3C webrtc-svc). */
type Encoding = RTCRtpEncodingParameters & { scalabilityMode?: string };

const LAYERED: readonly Kind[] = ["camera", "class_camera"];

const PICTURE_BITS: Readonly<Partial<Record<Kind, number>>> = {
  camera: 2_000_000,
  class_camera: 2_000_000,
  screen: 2_500_000,
};

/** Names of the layers of a camera, lowest first, which is the order that browsers share their bits in. */
const RIDS: readonly string[] = ["l", "m", "h"];

/** Of a layer that has nothing to send, in case a browser should. */
const LOWEST_BITS = 150_000;

interface Layer {
  /** What width and height of the picture are divided by. */
  readonly divisor: number;
  readonly bits: number;
}

/**
 * What is sent of a picture with so many pixels; the layers above have nothing to send.
 *
 * No more than Chromium 156 sends: of a smaller picture it leaves the highest layers out, the whole
 * one first. None has a frame rate of its own: Chromium would hold all of them to the lowest.
 */
const LAYERS: readonly { readonly pixels: number; readonly layers: readonly Layer[] }[] = [
  {
    pixels: 960 * 540,
    layers: [
      { divisor: 4, bits: 150_000 },
      { divisor: 2, bits: 350_000 },
      { divisor: 1, bits: 1_500_000 },
    ],
  },
  {
    pixels: 480 * 270,
    layers: [
      { divisor: 2, bits: 150_000 },
      { divisor: 1, bits: 800_000 },
    ],
  },
  { pixels: 0, layers: [{ divisor: 1, bits: 350_000 }] },
];

/** The layers of a track; a browser that does not know its size yet is believed to have a large one. */
function layersOf(track: MediaStreamTrack | null): readonly Layer[] {
  const { width = 1280, height = 720 } = track?.getSettings() ?? {};
  return LAYERS.find(({ pixels }) => width * height >= pixels)?.layers ?? [];
}

/**
 * Rows of the highest layer, which a small picture does not send, so that each lower one has half of
 * them; 0 for a sound, and before a browser knows.
 */
export function rowsOf(track: MediaStreamTrack): number {
  const height = track.getSettings().height ?? 0;
  return Math.min(Math.round((height * 4) / (layersOf(track)[0]?.divisor ?? 4)), 8640);
}

/** What a new section of this kind is opened with. */
export function encodingsOf(kind: Kind, layered: boolean, track: MediaStreamTrack): Encoding[] {
  if (!layered || !LAYERED.includes(kind)) {
    return [];
  }
  const encodings: Encoding[] = RIDS.map((rid) => ({ rid }));
  limitLayers(encodings, layersOf(track), RIDS);
  return encodings;
}

/** What decides how a picture is sent beside its kind. */
export interface Limits {
  readonly track: MediaStreamTrack | null;
  /** The rids that somebody watches; all of them if that is not known. */
  readonly watched?: readonly string[] | undefined;
  /** The highest so many layers are not sent in any case. */
  readonly spared?: number;
}

/**
 * Sets what was agreed on to its limits; false if it stood there already.
 *
 * A picture whose layers the server did not take is left with the lowest alone, and is sent whole.
 */
export function settle(parameters: RTCRtpSendParameters, kind: Kind, limits: Limits): boolean {
  const encodings: Encoding[] = parameters.encodings;
  const before = JSON.stringify(encodings);
  const codec = parameters.codecs[0]?.mimeType.toLowerCase();
  const [whole] = encodings;
  if (encodings.length > 1) {
    const layers = layersOf(limits.track);
    const may = RIDS.slice(0, Math.max(1, layers.length - (limits.spared ?? 0)));
    limitLayers(encodings, layers, sent(may, limits.watched));
  } else if (whole !== undefined) {
    limitWhole(whole, kind, codec);
  }
  return JSON.stringify(encodings) !== before;
}

/** Of those that may be sent the watched ones, and the highest for a higher one that is watched. */
function sent(may: readonly string[], watched: readonly string[] | undefined): readonly string[] {
  const instead = watched?.some((rid) => !may.includes(rid)) === true;
  const due = (rid: string) => watched?.includes(rid) ?? true;
  return may.filter((rid) => due(rid) || (instead && rid === may[may.length - 1]));
}

function limitLayers(
  encodings: Encoding[],
  layers: readonly Layer[],
  rids: readonly string[],
): void {
  for (const encoding of encodings) {
    const place = RIDS.indexOf(encoding.rid ?? "");
    const layer = layers[place];
    encoding.active = layer !== undefined && rids.includes(encoding.rid ?? "");
    encoding.scaleResolutionDownBy = layer?.divisor ?? 1;
    encoding.maxBitrate = layer?.bits ?? LOWEST_BITS;
  }
}

function limitWhole(encoding: Encoding, kind: Kind, codec: string | undefined): void {
  const most = PICTURE_BITS[kind];
  if (most !== undefined) {
    encoding.maxBitrate = most;
  }
  if (encoding.scaleResolutionDownBy !== undefined) {
    encoding.scaleResolutionDownBy = 1;
  }
  if (kind === "screen" && codec === "video/vp9") {
    encoding.scalabilityMode = "L1T3";
  }
}
