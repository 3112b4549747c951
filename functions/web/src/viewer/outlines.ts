/**
 * The lines of a textbook's drawings: dashpots, and ropes round pulleys. In the plane, x and z in
 * metres, written as flat pairs; the same shapes as `functions/physics/lines.py` puts into previews.
 */

/** Points of an arc round a pulley. */
const ARC_POINTS = 18;

/** The most pairs that `ropeRun` writes. */
export const RUN_POINTS = ARC_POINTS + 1;

interface Place {
  x: number;
  z: number;
}

/**
 * The way from `a` to `b` round a circle, on the side of the point `side`; straight where that
 * clears it. Writes all points after `a`.
 *
 * @returns how many points were written.
 */
export function ropeRun(
  a: Place,
  centre: Place,
  radius: number,
  side: Place,
  b: Place,
  into: Float32Array,
  at: number,
): number {
  const outX = side.x - centre.x;
  const outZ = side.z - centre.z;
  // Seen along the way, the side it passes on: +1 is left, and then it turns clockwise.
  const left = (b.x - a.x) * outZ - (b.z - a.z) * outX >= 0 ? 1 : -1;
  if (clears(a, b, centre, radius, outX, outZ)) {
    into[at] = b.x;
    into[at + 1] = b.z;
    return 1;
  }
  const start = tangent(a, centre, radius, left);
  const end = tangent(b, centre, radius, -left);
  let turn = Math.atan2(Math.sin(end - start), Math.cos(end - start));
  if (turn * left > 0) turn -= Math.sign(turn) * 2 * Math.PI;
  for (let i = 0; i < ARC_POINTS; i++) {
    const angle = start + (turn * i) / (ARC_POINTS - 1);
    into[at + 2 * i] = centre.x + radius * Math.cos(angle);
    into[at + 2 * i + 1] = centre.z + radius * Math.sin(angle);
  }
  into[at + 2 * ARC_POINTS] = b.x;
  into[at + 2 * ARC_POINTS + 1] = b.z;
  return ARC_POINTS + 1;
}

/** Whether the straight line clears the circle, and on the wanted side, as MuJoCo has it. */
function clears(
  a: Place,
  b: Place,
  centre: Place,
  radius: number,
  outX: number,
  outZ: number,
): boolean {
  const dx = b.x - a.x;
  const dz = b.z - a.z;
  const square = dx * dx + dz * dz;
  const along = square > 0 ? ((centre.x - a.x) * dx + (centre.z - a.z) * dz) / square : 0;
  const part = Math.min(1, Math.max(0, along));
  const offX = a.x + part * dx - centre.x;
  const offZ = a.z + part * dz - centre.z;
  return Math.hypot(offX, offZ) > radius && offX * outX + offZ * outZ >= 0;
}

/** The angle on the circle at which a line from the point touches it. */
function tangent(point: Place, centre: Place, radius: number, left: number): number {
  const x = point.x - centre.x;
  const z = point.z - centre.z;
  const distance = Math.max(Math.hypot(x, z), radius * (1 + 1e-9));
  return Math.atan2(z, x) - left * Math.acos(radius / distance);
}

/** The most pairs that `slackRope` writes. */
export const SLACK_POINTS = 20;
/** Slack of less than this part of its length can't be seen. */
const TAUT = 1e-3;

/**
 * A rope of a length between two points, hanging as a catenary where it is slack. Writes all points
 * after `a`.
 *
 * @returns how many points were written.
 */
export function slackRope(
  a: Place,
  b: Place,
  length: number,
  into: Float32Array,
  at: number,
): number {
  const h = b.z - a.z;
  // Straight up and down there is no catenary: the two halves hang a hair's breadth apart.
  const d = Math.max(Math.abs(b.x - a.x), 1e-3 * length);
  if (Math.hypot(d, h) >= length * (1 - TAUT)) {
    into[at] = b.x;
    into[at + 1] = b.z;
    return 1;
  }
  const c = d / (2 * steepness(Math.sqrt(length * length - h * h) / d));
  // z = c cosh((x - low) / c), from 0 at the left end to the other's height at d.
  const rise = b.x >= a.x ? h : -h;
  const low = d / 2 - c * Math.asinh(rise / (2 * c * Math.sinh(d / (2 * c))));
  const floor = c * Math.cosh(low / c);
  for (let i = 1; i <= SLACK_POINTS; i++) {
    // Evenly along the rope, whose ends may be steep.
    const along = ((b.x >= a.x ? i : SLACK_POINTS - i) * length) / SLACK_POINTS;
    const x = low + c * Math.asinh(along / c - Math.sinh(low / c));
    into[at + 2 * i - 2] = Math.min(a.x, b.x) + (x / d) * Math.abs(b.x - a.x);
    into[at + 2 * i - 1] = (b.x >= a.x ? a.z : b.z) + c * Math.cosh((x - low) / c) - floor;
  }
  return SLACK_POINTS;
}

/** The x at which sinh(x) / x is so much, above 1: by halves, to the last bit that is seen. */
function steepness(ratio: number): number {
  let [low, high] = [1e-3, 20];
  for (let i = 0; i < 40; i++) {
    const x = (low + high) / 2;
    if (Math.sinh(x) / x < ratio) low = x;
    else high = x;
  }
  return (low + high) / 2;
}

/** Straight pieces of a dashpot. */
export const DASHPOT_PIECES = 6;

/**
 * A piston in a cup, from `a` to `b`: the cup keeps its length, the piston slides. Writes
 * `DASHPOT_PIECES` pieces of four numbers, from x, z to x, z.
 */
export function dashpot(
  a: Place,
  b: Place,
  radius: number,
  rest: number,
  into: Float32Array,
): void {
  const length = Math.hypot(b.x - a.x, b.z - a.z);
  const ux = length > 0 ? (b.x - a.x) / length : 1;
  const uz = length > 0 ? (b.z - a.z) / length : 0;
  const cup = Math.min(0.5 * rest, 0.9 * length);
  const bottom = length - Math.min(0.2 * rest, 0.1 * length);
  const mouth = bottom - cup;
  const slide = Math.max(0.08 * cup, 0.5 * cup + 0.5 * (length - rest));
  const piston = bottom - Math.min(cup, slide);
  let at = 0;
  const piece = (s0: number, side0: number, s1: number, side1: number) => {
    into[at++] = a.x + s0 * ux - side0 * uz;
    into[at++] = a.z + s0 * uz + side0 * ux;
    into[at++] = a.x + s1 * ux - side1 * uz;
    into[at++] = a.z + s1 * uz + side1 * ux;
  };
  piece(0, 0, piston, 0);
  piece(piston, -0.8 * radius, piston, 0.8 * radius);
  piece(mouth, -radius, bottom, -radius);
  piece(bottom, -radius, bottom, radius);
  piece(bottom, radius, mouth, radius);
  piece(bottom, 0, length, 0);
}
