/** How long to wait before trying again. */

const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/** Capped exponential back-off with full jitter (AWS Architecture Blog, 2015), never under 100 ms. */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.max(100, random() * ceiling);
}
