/** What one body did, as a textbook would plot it: in the plane of the drawing, x right and z up. */

import { firstDerivative, secondDerivative } from "./derivatives";
import { WORLD } from "./header";
import { newPose, type Pose, type Recording } from "./recording";

/** A rod this light beside what hangs on it is massless in the drawing. */
const MASSLESS = 1e-3;

/** One value a frame each. Metres, radians counter-clockwise as seen from the front, seconds. */
export interface Track {
  readonly times: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  /** Goes on past a full turn. */
  readonly angle: Float64Array;
  readonly speed: Float64Array;
  readonly vx: Float64Array;
  readonly vy: Float64Array;
  readonly vz: Float64Array;
  readonly ax: Float64Array;
  readonly ay: Float64Array;
  readonly az: Float64Array;
  /** The size of the acceleration. */
  readonly acceleration: Float64Array;
  /** Angular velocity, rad/s. */
  readonly spin: Float64Array;
}

/** The track of a body's centre of mass, over the frames that are here from the first on. */
export function trackOf(recording: Recording, body: number): Track {
  const { header, dt } = recording;
  const stride = Math.round(dt * header.fps);
  const count = Math.floor(recording.through(0) / stride) + 1;
  const pose = newPose(recording.bodies);
  const times = new Float64Array(count);
  const [x, y, z, angle] = [0, 1, 2, 3].map(() => new Float64Array(count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const com = header.bodies[body]?.com ?? [0, 0, 0];
  const point = new Float64Array(3);
  let turned = 0;
  for (let i = 0; i < count; i++) {
    if (!recording.frame(i * stride, pose)) break;
    times[i] = i * dt;
    placeOf(pose, body, com, point);
    x[i] = point[0] as number;
    y[i] = point[1] as number;
    z[i] = point[2] as number;
    const now = planarAngle(pose.quaternion, body);
    turned = i === 0 ? now : turned + Math.atan2(Math.sin(now - turned), Math.cos(now - turned));
    angle[i] = turned;
  }
  const [vx, vy, vz] = [x, y, z].map((values) => firstDerivative(values, dt)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [ax, ay, az] = [x, y, z].map((values) => secondDerivative(values, dt)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const speed = sizes(vx, vy, vz);
  const acceleration = sizes(ax, ay, az);
  const spin = firstDerivative(angle, dt);
  return { times, x, y, z, angle, speed, vx, vy, vz, ax, ay, az, acceleration, spin };
}

/**
 * The angle of the rod that a body hangs on, radians from straight down, counter-clockwise as seen
 * from the front: what a textbook calls the angle of a pendulum. The bob itself need not turn.
 *
 * @returns null if it hangs on nothing that moves and weighs next to nothing beside it.
 */
export function armAngle(recording: Recording, body: number, bob: Track): Float64Array | null {
  const { bodies } = recording.header;
  const own = bodies[body];
  const parent = own?.parent ?? WORLD;
  const arm = bodies[parent];
  if (!own || !arm || arm.mass > MASSLESS * own.mass) return null;
  const rod = trackOf(recording, parent);
  let last = 0;
  return bob.x.map((x, i) => {
    const now = Math.atan2(x - (rod.x[i] as number), (rod.z[i] as number) - (bob.z[i] as number));
    last = i === 0 ? now : last + Math.atan2(Math.sin(now - last), Math.cos(now - last));
    return last;
  });
}

function sizes(x: Float64Array, y: Float64Array, z: Float64Array): Float64Array {
  return x.map((value, i) => Math.hypot(value, y[i] as number, z[i] as number));
}

/** Where a point of a body is in the world. */
export function placeOf(
  { position, quaternion }: Pose,
  body: number,
  [x, y, z]: readonly [number, number, number],
  into: Float64Array | Float32Array,
  at = 0,
): void {
  const p = 3 * body;
  const q = 4 * body;
  const w = quaternion[q] as number;
  const i = quaternion[q + 1] as number;
  const j = quaternion[q + 2] as number;
  const k = quaternion[q + 3] as number;
  // v + 2 u × (u × v + w v), where u is the quaternion's vector part.
  const cx = j * z - k * y + w * x;
  const cy = k * x - i * z + w * y;
  const cz = i * y - j * x + w * z;
  into[at] = (position[p] as number) + x + 2 * (j * cz - k * cy);
  into[at + 1] = (position[p + 1] as number) + y + 2 * (k * cx - i * cz);
  into[at + 2] = (position[p + 2] as number) + z + 2 * (i * cy - j * cx);
}

/** Where a body's x axis points in the plane, radians counter-clockwise as seen from the front. */
export function planarAngle(quaternion: Float32Array, body: number): number {
  const q = 4 * body;
  const w = quaternion[q] as number;
  const x = quaternion[q + 1] as number;
  const y = quaternion[q + 2] as number;
  const z = quaternion[q + 3] as number;
  return Math.atan2(2 * (x * z - w * y), 1 - 2 * (y * y + z * z));
}
