/** Velocities and forces of a motion, from where its bodies are. */

import { type Header, type HeaderTendon, type Place, WORLD } from "../motion/header";
import type { Pose } from "../motion/recording";
import { placeOf } from "../motion/track";

/** Where bodies are at any time. */
export interface Motion {
  /** Write all bodies' poses; false if they are not known. */
  sample(time: number, into: Pose): boolean;
  /** Write the place of one body's origin; false if it is not known. */
  place(time: number, body: number, into: Float64Array): boolean;
}

/** Frames to either side that a velocity and an acceleration are taken from, seconds. */
const VELOCITY_STEP = 1 / 60;
const ACCELERATION_STEP = 1 / 60;
/** Of the parabola through seven evenly spaced places. */
const PARABOLA = [5, 0, -3, -4, -3, 0, 5];
/**
 * Accelerations within those seven that differ by more are of a blow, m/s²: a parabola would spread
 * it over frames in which nothing touches. Places are rounded to 0.1 mm, which makes less than 1.
 */
const BLOW = 8;

/** A body lighter than this part of the heaviest is massless in the drawing. */
const MASSLESS = 1e-3;

/** Hears of a force on a body: where it acts, metres, and its parts along x and z, newtons. */
export type TellForce = (
  body: number,
  x: number,
  y: number,
  z: number,
  fx: number,
  fz: number,
) => void;

export class Dynamics {
  /** The bodies that weigh something, in the header's order. */
  readonly heavy: readonly number[];
  readonly heaviest: number;
  private readonly a = new Float64Array(3);
  private readonly b = new Float64Array(3);
  private readonly p = new Float32Array(3);
  private readonly q = new Float32Array(3);
  private readonly places = new Float64Array(21);
  private readonly stated: Float64Array;

  constructor(readonly header: Header) {
    this.stated = new Float64Array(2 * header.bodies.length);
    this.heaviest = header.bodies.reduce((most, { mass }) => Math.max(most, mass), 0);
    this.heavy = header.bodies.flatMap(({ mass }, i) =>
      mass > MASSLESS * this.heaviest ? [i] : [],
    );
  }

  /** Write a body's velocity, m/s; false if its places beside the time are not known. */
  velocity(motion: Motion, time: number, body: number, into: Float64Array): boolean {
    let before = Math.max(0, time - VELOCITY_STEP);
    let after = time + VELOCITY_STEP;
    if (!motion.place(after, body, this.b)) {
      after = time;
      if (!motion.place(after, body, this.b)) return false;
    }
    if (!motion.place(before, body, this.a)) {
      before = time;
      if (!motion.place(before, body, this.a)) return false;
    }
    const span = after - before;
    if (span <= 0) return false;
    for (let i = 0; i < 3; i++) into[i] = ((this.b[i] as number) - (this.a[i] as number)) / span;
    return true;
  }

  /** Write a body's acceleration, m/s²; false if its places beside the time are not known. */
  acceleration(motion: Motion, time: number, body: number, into: Float64Array): boolean {
    const centre = Math.max(time, 3 * ACCELERATION_STEP);
    for (let k = 0; k < 7; k++) {
      if (!motion.place(centre + (k - 3) * ACCELERATION_STEP, body, this.a)) return false;
      this.places.set(this.a, 3 * k);
    }
    // At the very beginning the time is not in the middle of the seven.
    const now = Math.min(5, Math.max(1, 3 + Math.round((time - centre) / ACCELERATION_STEP)));
    const h2 = ACCELERATION_STEP * ACCELERATION_STEP;
    let blow = 0;
    for (let axis = 0; axis < 3; axis++) {
      const here = this.bend(now, axis);
      let sum = 0;
      for (let k = 0; k < 7; k++)
        sum += (PARABOLA[k] as number) * (this.places[3 * k + axis] as number);
      into[axis] = sum / (42 * h2);
      this.b[axis] = here;
      for (let k = 1; k < 6; k++) blow = Math.max(blow, Math.abs(this.bend(k, axis) - here));
    }
    if (blow > BLOW) into.set(this.b);
    return true;
  }

  /** The acceleration along an axis by three of the seven places, m/s². */
  private bend(k: number, axis: number): number {
    const at = (i: number) => this.places[3 * i + axis] as number;
    return (at(k - 1) - 2 * at(k) + at(k + 1)) / (ACCELERATION_STEP * ACCELERATION_STEP);
  }

  /**
   * Tell what else acts on each body, in sum: what its acceleration needs beyond the forces that the
   * model states. That is contacts, joints and ropes together. A recording can't tell them apart: a
   * collision is over between two of its frames, so MuJoCo's own contact forces at the frames would
   * mostly miss it, where the change of velocity does not.
   *
   * @param tell - is given the body, its centre of mass and the force along x and z, newtons.
   */
  remainders(motion: Motion, time: number, pose: Pose, tell: TellForce): void {
    const stated = this.stated.fill(0);
    this.forces(motion, time, pose, (body, _x, _y, _z, fx, fz) => {
      stated[2 * body] = (stated[2 * body] as number) + fx;
      stated[2 * body + 1] = (stated[2 * body + 1] as number) + fz;
    });
    for (const body of this.heavy) {
      if (!this.acceleration(motion, time, body, this.velocityOf)) continue;
      const { mass, com } = this.header.bodies[body] as Header["bodies"][number];
      placeOf(pose, body, com, this.p);
      const [x = 0, y = 0, z = 0] = this.p;
      const fx = mass * (this.velocityOf[0] as number) - (stated[2 * body] as number);
      const fz = mass * (this.velocityOf[2] as number) - (stated[2 * body + 1] as number);
      tell(body, x, y, z, fx, fz);
    }
  }

  /**
   * Tell of every force that the model states: weights, springs, dampers, constant pushes.
   *
   * @param tell - is given the body, the point it acts at and the force along x and z, newtons.
   */
  forces(motion: Motion, time: number, pose: Pose, tell: TellForce): void {
    const { bodies, gravity, tendons, forces = [] } = this.header;
    for (const body of this.heavy) {
      const { mass, com } = bodies[body] as Header["bodies"][number];
      placeOf(pose, body, com, this.p);
      const [x = 0, y = 0, z = 0] = this.p;
      tell(body, x, y, z, mass * gravity[0], mass * gravity[2]);
    }
    for (const tendon of tendons) this.pull(tendon, motion, time, pose, tell);
    for (const { body, pos, force } of forces) {
      if (body === WORLD) continue;
      placeOf(pose, body, pos, this.p);
      const [x = 0, y = 0, z = 0] = this.p;
      tell(body, x, y, z, force[0], force[2]);
    }
  }

  private pull(
    tendon: HeaderTendon,
    motion: Motion,
    time: number,
    pose: Pose,
    tell: TellForce,
  ): void {
    const [from, to] = tendon.path;
    if (tendon.path.length !== 2 || !from || !to || !("body" in from) || !("body" in to)) return;
    if (!tendon.stiffness && !tendon.damping) return;
    locate(from, pose, this.p);
    locate(to, pose, this.q);
    const [x0 = 0, y0 = 0, z0 = 0] = this.p;
    const [x1 = 0, y1 = 0, z1 = 0] = this.q;
    const length = Math.hypot(x1 - x0, y1 - y0, z1 - z0);
    if (length === 0) return;
    const [ux, uz] = [(x1 - x0) / length, (z1 - z0) / length];
    const [shortest, longest] = tendon.rest;
    const stretch = length > longest ? length - longest : Math.min(0, length - shortest);
    const force =
      tendon.stiffness * stretch + tendon.damping * this.parting(from, to, motion, time, ux, uz);
    if (from.body !== WORLD) tell(from.body, x0, y0, z0, force * ux, force * uz);
    if (to.body !== WORLD) tell(to.body, x1, y1, z1, -force * ux, -force * uz);
  }

  /** How fast two ends part, m/s, taken for that of their bodies. */
  private parting(
    from: Place,
    to: Place,
    motion: Motion,
    time: number,
    ux: number,
    uz: number,
  ): number {
    const speed = (body: number) => {
      if (body === WORLD || !this.velocity(motion, time, body, this.velocityOf)) return 0;
      return (this.velocityOf[0] as number) * ux + (this.velocityOf[2] as number) * uz;
    };
    return speed(to.body) - speed(from.body);
  }

  private readonly velocityOf = new Float64Array(3);
}

function locate({ body, pos }: Place, pose: Pose, into: Float32Array): void {
  if (body === WORLD) into.set(pos);
  else placeOf(pose, body, pos, into);
}
