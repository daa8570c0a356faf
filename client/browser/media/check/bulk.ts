/** How much fits: transfers of noise that grow while they are quick. */
const STEPS: readonly number[] = [32_000, 250_000, 1_000_000];
/** A step that took so long says enough. */
const ENOUGH_MS = 600;
const LIMIT_MS = 7000;
/** What `getRandomValues` fills at once. */
const NOISE_LIMIT = 65_536;

/** Kilobits a second of so many octets in so long. */
export function kbps(octets: number, milliseconds: number): number {
  return (octets * 8) / Math.max(1, milliseconds);
}

/** Measures one direction over HTTPS, so TCP; null if nothing passes. At most 1.3 MB. */
export async function measureBulk(token: string, way: "up" | "down"): Promise<number | null> {
  const carry = way === "up" ? send : fetchNoise;
  let measured: number | null = null;
  for (const octets of STEPS) {
    const took = await timed(() => carry(token, octets));
    if (took === null) {
      return measured;
    }
    measured = kbps(octets, took);
    if (took > ENOUGH_MS) {
      return measured;
    }
  }
  return measured;
}

async function timed(work: () => Promise<boolean>): Promise<number | null> {
  const began = performance.now();
  try {
    return (await work()) ? performance.now() - began : null;
  } catch {
    return null;
  }
}

async function fetchNoise(token: string, octets: number): Promise<boolean> {
  const response = await request(token, `/api/check/down?octets=${String(octets)}`, {});
  return response.ok && (await response.arrayBuffer()).byteLength === octets;
}

async function send(token: string, octets: number): Promise<boolean> {
  const response = await request(token, "/api/check/up", { method: "POST", body: noise(octets) });
  return response.ok;
}

/** Ends by itself; `AbortSignal.timeout` is newer than the browsers we build for. */
async function request(token: string, path: string, how: RequestInit): Promise<Response> {
  const abort = new AbortController();
  setTimeout(() => {
    abort.abort();
  }, LIMIT_MS);
  const headers = { Authorization: `Bearer ${token}` };
  return await fetch(path, { ...how, headers, cache: "no-store", signal: abort.signal });
}

/** What nothing on the way can make shorter. */
function noise(octets: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(octets);
  for (let at = 0; at < octets; at += NOISE_LIMIT) {
    crypto.getRandomValues(all.subarray(at, at + NOISE_LIMIT));
  }
  return all;
}
