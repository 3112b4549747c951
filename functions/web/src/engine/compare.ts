/** How far two runs of one model are apart. */

export interface Difference {
  /** The farthest that any body is from its double, metres, and when, seconds. */
  readonly worst: number;
  readonly at: number;
  /** The first time at which one is farther than `PARTED` from its double; null if none is. */
  readonly parts: number | null;
}

/** Within this, two runs agree: a millimetre, ten times what the frames' rounding takes. */
export const PARTED = 1e-3;

/**
 * Compare places, (frames, bodies, 3) each, a frame every `dt` seconds.
 *
 * @throws {RangeError} they are not of the same frames and bodies.
 */
export function compareRuns(
  ours: Float32Array,
  theirs: Float32Array,
  bodies: number,
  dt: number,
): Difference {
  if (ours.length !== theirs.length || ours.length % (3 * bodies || 1) !== 0)
    throw new RangeError("the runs are not of the same frames");
  let worst = 0;
  let at = 0;
  let parts: number | null = null;
  for (let i = 0; i < ours.length; i += 3) {
    const distance = Math.hypot(
      (ours[i] as number) - (theirs[i] as number),
      (ours[i + 1] as number) - (theirs[i + 1] as number),
      (ours[i + 2] as number) - (theirs[i + 2] as number),
    );
    if (!(distance <= worst)) {
      worst = distance;
      at = Math.floor(i / (3 * bodies)) * dt;
    }
    if (parts === null && !(distance <= PARTED)) parts = Math.floor(i / (3 * bodies)) * dt;
  }
  return { worst, at, parts };
}
