/** The period of what swings, from its frames: as `functions/physics/measures.py` takes it. */

import type { Track } from "./track";

/** Part of the amplitude to pass on the far side before a crossing counts: noise crosses often. */
const HYSTERESIS = 0.1;
/** What moves less than this, in metres or radians, does not swing. */
const STILL = 1e-3;
/** Swings differ by less than this part of the period, or they are none. */
const IRREGULAR = 0.03;

/** Swings to wait for while the motion still comes: less may be half of something longer. */
const ENOUGH = 1.5;
/** Of all the motion there is, one swing counted both ways is enough, if the two agree. */
const ENOUGH_OF_ALL = 1;

/** A signal's period, and by how much single swings differ from it, as a part of it. */
export interface Period {
  readonly seconds: number;
  readonly spread: number;
  /** How many whole swings it was taken from. */
  readonly swings: number;
}

/**
 * The period at which a signal crosses the middle of its range, to a small part of the sampling
 * time: the slope of a straight line through its rising crossings, and that through its falling
 * ones, weighed by how many there are. What a shifted middle adds to one it takes from the other.
 *
 * @returns null if it does not swing there and back.
 */
export function crossingPeriod(times: Float64Array, signal: Float64Array): Period | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of signal) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const middle = (low + high) / 2;
  const reach = (high - low) / 2;
  if (!(reach > STILL / 2)) return null;
  const rising: number[] = [];
  const falling: number[] = [];
  let decided = -1;
  for (let i = 0; i < signal.length; i++) {
    const value = (signal[i] as number) - middle;
    if (Math.abs(value) <= HYSTERESIS * reach) continue;
    const before = decided < 0 ? value : (signal[decided] as number) - middle;
    if (before < 0 !== value < 0)
      (value > 0 ? rising : falling).push(zeroBetween(times, signal, middle, decided, i));
    decided = i;
  }
  const fits = [rising, falling].filter((crossings) => crossings.length > 1).map(slopeOf);
  const weight = fits.reduce((sum, fit) => sum + fit.count, 0);
  if (weight === 0) return null;
  const seconds = fits.reduce((sum, fit) => sum + fit.slope * fit.count, 0) / weight;
  return {
    seconds,
    spread:
      Math.max(...fits.map((fit) => Math.max(fit.off, Math.abs(fit.slope - seconds)))) / seconds,
    // Rising and falling ones take turns: each whole swing is counted by both.
    swings: fits.reduce((sum, fit) => sum + fit.count - 1, 0) / 2,
  };
}

/** Where the straight line that fits the samples between two of opposite sign crosses the middle. */
function zeroBetween(
  times: Float64Array,
  signal: Float64Array,
  middle: number,
  from: number,
  to: number,
): number {
  const start = times[from] as number;
  let n = 0;
  let [t, s, tt, ts] = [0, 0, 0, 0];
  for (let i = from; i <= to; i++) {
    const time = (times[i] as number) - start;
    const value = (signal[i] as number) - middle;
    n++;
    t += time;
    s += value;
    tt += time * time;
    ts += time * value;
  }
  const slope = (n * ts - t * s) / (n * tt - t * t);
  const level = (s - slope * t) / n;
  return start - level / slope;
}

/** The straight line through crossings numbered from 0: its slope, and how far off they lie. */
function slopeOf(crossings: readonly number[]): { slope: number; off: number; count: number } {
  const count = crossings.length;
  const mean = (count - 1) / 2;
  const level = crossings.reduce((sum, time) => sum + time, 0) / count;
  let over = 0;
  let under = 0;
  crossings.forEach((time, i) => {
    over += (i - mean) * (time - level);
    under += (i - mean) ** 2;
  });
  const slope = over / under;
  const off = crossings.reduce(
    (most, time, i) => Math.max(most, Math.abs(time - level - slope * (i - mean))),
    0,
  );
  return { slope, off, count };
}

/**
 * The period of a body, if it swings steadily: of the way it goes along x or z, whichever is longer,
 * or of its angle, if it turns on the spot. Only of that one: a pendulum's height comes back twice
 * a swing, and sooner.
 *
 * @param complete - whether the track is of the whole motion.
 */
export function periodOf(track: Track, complete = false): Period | null {
  const way = rangeOf(track.x) >= rangeOf(track.z) ? track.x : track.z;
  const period = crossingPeriod(track.times, rangeOf(way) > STILL ? way : track.angle);
  const enough = complete ? ENOUGH_OF_ALL : ENOUGH;
  return period && period.swings >= enough && period.spread < IRREGULAR ? period : null;
}

function rangeOf(signal: Float64Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of signal) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}
