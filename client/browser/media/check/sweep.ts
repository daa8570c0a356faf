/** The sweep a room's echo is measured with: two seconds, rising through the range of speech; pure. */

/** Seconds it lasts. */
export const SWEEP_SECONDS = 2;
/** Where it begins and ends, in hertz: what loudspeakers of panels and microphones both carry. */
export const [LOWEST, HIGHEST] = [300, 3400] as const;
/** Its peak, 1 is full scale: as loud as a voice (-12 dBov), so that nobody is startled. */
export const LOUDNESS = 0.25;

const FADE_SECONDS = 0.05;

/** Its samples: an exponential sweep, as much energy in each octave; faded in and out. */
export function sweep(rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(SWEEP_SECONDS * rate));
  const growth = Math.log(HIGHEST / LOWEST);
  const scale = (2 * Math.PI * LOWEST * SWEEP_SECONDS) / growth;
  for (let at = 0; at < samples.length; at += 1) {
    const time = at / rate;
    const phase = scale * (Math.exp((time * growth) / SWEEP_SECONDS) - 1);
    const fade = Math.min(1, time / FADE_SECONDS, (SWEEP_SECONDS - time) / FADE_SECONDS);
    samples[at] = LOUDNESS * fade * Math.sin(phase);
  }
  return samples;
}
