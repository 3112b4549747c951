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
  for (let i = 2; i < n - 2; i++) {
    let sum = 0;
    for (let k = 0; k < 5; k++) sum += (FIRST[k] as number) * at(values, i + k - 2);
    out[i] = sum / (12 * dt);
  }
  for (const i of [0, 1, n - 2, n - 1]) out[i] = slopeAtEnd(values, i) / dt;
  return out;
}

/** Twelve times the derivative in the middle of five samples. */
const FIRST = [1, -8, 0, 8, -1];

/**
 * The slope, at a sample near an end, of the parabola that fits the nearest samples best: what is
 * released from rest rests at the first frame, where differences of single frames would show the
 * codec's rounding twenty times over.
 */
function slopeAtEnd(values: Float64Array, i: number): number {
  const half = Math.min(3, (values.length - 1) >> 1);
  const centre = i < values.length / 2 ? half : values.length - 1 - half;
  let [xx, xxxx] = [0, 0];
  for (let k = -half; k <= half; k++) {
    xx += k * k;
    xxxx += k ** 4;
  }
  const mean = xx / (2 * half + 1);
  let [slope, bend] = [0, 0];
  for (let k = -half; k <= half; k++) {
    const value = at(values, centre + k);
    slope += (k / xx) * value;
    bend += ((k * k - mean) / (xxxx - mean * xx)) * value;
  }
  return slope + 2 * (i - centre) * bend;
}

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
