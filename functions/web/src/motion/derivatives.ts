/** How fast evenly spaced samples change. */

/**
 * First derivative, to fourth order: what the codec's rounding adds stays below 2 mm/s at 60 fps,
 * and a swing of half a second comes out within a hundredth of a per cent.
 */
export function firstDerivative(values: Float64Array, dt: number): Float64Array {
  const n = values.length;
  const out = new Float64Array(n);
  if (n < 2) return out;
  if (n < 5) {
    for (let i = 0; i < n; i++) {
      const a = Math.max(0, i - 1);
      const b = Math.min(n - 1, i + 1);
      out[i] = (at(values, b) - at(values, a)) / ((b - a) * dt);
    }
    return out;
  }
  for (let i = 0; i < n; i++) {
    const centre = Math.min(Math.max(i, 2), n - 3);
    const row = FIRST[i - centre + 2] as readonly number[];
    let sum = 0;
    for (let k = 0; k < 5; k++) sum += (row[k] as number) * at(values, centre + k - 2);
    out[i] = sum / (12 * dt);
  }
  return out;
}

/** For the five places in a window of five samples, twelve times the derivative there. */
const FIRST: readonly (readonly number[])[] = [
  [-25, 48, -36, 16, -3],
  [-3, -10, 18, -6, 1],
  [1, -8, 0, 8, -1],
  [-1, 6, -18, 10, 3],
  [3, -16, 36, -48, 25],
];

/** Of the parabola that fits seven samples best (Savitzky and Golay, 1964). */
const SECOND = [5, 0, -3, -4, -3, 0, 5];

/** Second derivative of the parabola through the seven samples nearest to each. */
export function secondDerivative(values: Float64Array, dt: number): Float64Array {
  const n = values.length;
  const out = new Float64Array(n);
  if (n < 7) return out;
  for (let i = 0; i < n; i++) {
    const centre = Math.min(Math.max(i, 3), n - 4);
    let sum = 0;
    for (let k = 0; k < 7; k++) sum += (SECOND[k] as number) * at(values, centre + k - 3);
    out[i] = sum / (42 * dt * dt);
  }
  return out;
}

function at(values: Float64Array, i: number): number {
  return values[i] as number;
}
