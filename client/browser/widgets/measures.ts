/** Measures as people read them; pure. */

const MEGABYTE = 1_000_000;
const EXACT_BELOW = 10;

/** Bytes as megabytes: one decimal below ten, none above. */
export function megabytes(bytes: number): string {
  const count = bytes / MEGABYTE;
  return count < EXACT_BELOW ? count.toFixed(1) : String(Math.round(count));
}
