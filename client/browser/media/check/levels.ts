/** How loud samples are; pure. */

/** What is not there is so quiet, in decibels: 24 bits of silence. */
export const SILENCE_DB = -144;

/** A ratio of amplitudes in decibels. */
export function decibels(ratio: number): number {
  return ratio <= 0 ? SILENCE_DB : Math.max(SILENCE_DB, 20 * Math.log10(ratio));
}

/** The root of the mean square; 0 of nothing. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) {
    sum += sample * sample;
  }
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

const WINDOW_SECONDS = 0.2;

/** The loudest fifth of a second, in decibels of full scale: a word, not the pause around it. */
export function loudest(samples: Float32Array, rate: number): number {
  const window = Math.max(1, Math.round(WINDOW_SECONDS * rate));
  let most = 0;
  for (let start = 0; start < samples.length; start += window) {
    most = Math.max(most, loudness(samples.subarray(start, start + window)));
  }
  return decibels(most);
}

/** Fewer samples, each the mean of its neighbours: what is above half the new rate goes. */
export function thinned(samples: Float32Array, factor: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(Math.floor(samples.length / factor));
  for (let at = 0; at < result.length; at += 1) {
    let sum = 0;
    for (let k = 0; k < factor; k += 1) {
      sum += samples[at * factor + k] ?? 0;
    }
    result[at] = sum / factor;
  }
  return result;
}
