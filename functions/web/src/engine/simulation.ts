/** MuJoCo in the page: one model, stepped by the clock, with a body that may be held or pushed. */

import type { MainModule, MjData, MjModel } from "@mujoco/mujoco";
import type { Pose } from "../motion/recording";

type Vector = readonly [number, number, number];

/** RK4 leaves the places of its last trial behind: they must be computed anew. */
const RUNGE_KUTTA = 1;

/**
 * Stiffness of the spring between pointer and body, newtons a metre and kilogram: that of MuJoCo's
 * own viewer (`mjVisual.map.stiffness`). It is damped critically.
 */
const STIFFNESS = 100;
/** What a push by a key is, as a part of the body's weight. */
const PUSH = 1.2;
const LEAST_GRAVITY = 1;

interface Grip {
  readonly body: number;
  /** The held point in the body's frame. */
  readonly local: Vector;
  target: Vector;
}

export class LiveSimulation {
  readonly bodies: readonly number[];
  readonly timestep: number;
  private readonly model: MjModel;
  private readonly data: MjData;
  private steps = 0;
  private grip: Grip | null = null;
  private pushed: { body: number; x: number; z: number } | null = null;
  private readonly exact: boolean;

  /** @throws if MuJoCo does not take the model. */
  constructor(
    private readonly mujoco: MainModule,
    xml: string,
  ) {
    const model = mujoco.MjModel.from_xml_string(xml);
    if (!model) throw new Error("MuJoCo does not take the model.");
    this.model = model;
    this.data = new mujoco.MjData(model);
    this.timestep = model.opt.timestep;
    this.exact = model.opt.integrator !== RUNGE_KUTTA;
    const welded = model.body_weldid as Int32Array;
    this.bodies = Array.from({ length: model.nbody }, (_, body) => body).filter(
      (body) => welded[body] !== 0,
    );
    this.reset();
  }

  /** Seconds since the start. */
  get time(): number {
    return this.steps * this.timestep;
  }

  /** From the drawing's start again. */
  reset(): void {
    if (this.model.nkey > 0) this.mujoco.mj_resetDataKeyframe(this.model, this.data, 0);
    else this.mujoco.mj_resetData(this.model, this.data);
    this.steps = 0;
    this.grip = null;
    this.pushed = null;
    this.mujoco.mj_forward(this.model, this.data);
  }

  /** One time step. */
  step(): void {
    if (this.grip || this.pushed) this.applyForces();
    this.mujoco.mj_step(this.model, this.data);
    this.steps++;
  }

  /** Write where every moving body is now. */
  read(into: Pose): void {
    // A step leaves the places of its beginning behind.
    this.mujoco.mj_kinematics(this.model, this.data);
    const position = this.data.xpos as Float64Array;
    const quaternion = this.data.xquat as Float64Array;
    this.bodies.forEach((body, i) => {
      for (let k = 0; k < 3; k++) into.position[3 * i + k] = position[3 * body + k] as number;
      for (let k = 0; k < 4; k++) into.quaternion[4 * i + k] = quaternion[4 * body + k] as number;
    });
  }

  /** Hold a point of a body (an index of the frames), in its own frame, and pull it to a target. */
  grab(index: number, local: Vector, target: Vector): void {
    const body = this.bodies[index];
    if (body === undefined) return;
    this.grip = { body, local, target };
  }

  /** Pull what is held somewhere else. */
  pull(target: Vector): void {
    if (this.grip) this.grip.target = target;
  }

  release(): void {
    this.grip = null;
    this.clearForces();
  }

  /** Push a body along x and z, in parts of what its weight would do; 0, 0 lets go. */
  push(index: number, x: number, z: number): void {
    const body = this.bodies[index];
    this.pushed = body === undefined || (x === 0 && z === 0) ? null : { body, x, z };
    this.clearForces();
  }

  dispose(): void {
    this.data.delete();
    this.model.delete();
  }

  private clearForces(): void {
    (this.data.xfrc_applied as Float64Array).fill(0);
  }

  private applyForces(): void {
    this.clearForces();
    const { grip, pushed } = this;
    const applied = this.data.xfrc_applied as Float64Array;
    if (pushed) {
      const gravity = this.model.opt.gravity as Float64Array;
      const weight = this.massOf(pushed.body) * Math.max(Math.hypot(...gravity), LEAST_GRAVITY);
      applied[6 * pushed.body] = PUSH * weight * pushed.x;
      applied[6 * pushed.body + 2] = PUSH * weight * pushed.z;
    }
    if (grip) this.applyGrip(grip, applied);
  }

  /** A critically damped spring from the held point to the target, as MuJoCo's viewer pulls. */
  private applyGrip({ body, local, target }: Grip, applied: Float64Array): void {
    if (!this.exact) this.mujoco.mj_kinematics(this.model, this.data);
    const position = this.data.xpos as Float64Array;
    const turn = this.data.xmat as Float64Array;
    const centre = this.data.xipos as Float64Array;
    const mass = this.massOf(body);
    const held: number[] = [];
    for (let k = 0; k < 3; k++) {
      let at = position[3 * body + k] as number;
      for (let j = 0; j < 3; j++)
        at += (turn[9 * body + 3 * k + j] as number) * (local[j] as number);
      held.push(at);
    }
    const [vx, vy, vz] = this.velocityOf(held);
    const damping = 2 * Math.sqrt(STIFFNESS);
    const f = held.map(
      (at, k) =>
        mass * (STIFFNESS * ((target[k] as number) - at) - damping * ([vx, vy, vz][k] as number)),
    ) as [number, number, number];
    const arm = held.map((at, k) => at - (centre[3 * body + k] as number)) as [
      number,
      number,
      number,
    ];
    for (let k = 0; k < 3; k++)
      applied[6 * body + k] = (applied[6 * body + k] as number) + (f[k] as number);
    applied[6 * body + 3] = arm[1] * f[2] - arm[2] * f[1];
    applied[6 * body + 4] = arm[2] * f[0] - arm[0] * f[2];
    applied[6 * body + 5] = arm[0] * f[1] - arm[1] * f[0];
  }

  private lastHeld: { at: readonly number[]; steps: number } | null = null;

  /** How fast the held point goes, from where it was a step ago. */
  private velocityOf(held: readonly number[]): [number, number, number] {
    const last = this.lastHeld;
    this.lastHeld = { at: held, steps: this.steps };
    if (!last || last.steps !== this.steps - 1) return [0, 0, 0];
    return held.map((at, k) => (at - (last.at[k] as number)) / this.timestep) as [
      number,
      number,
      number,
    ];
  }

  /** What moves with a body: a massless rod is as heavy as what hangs on it. */
  private massOf(body: number): number {
    return (this.model.body_subtreemass as Float64Array)[body] as number;
  }
}

/**
 * The run that the service records, computed here: places of all moving bodies at each frame,
 * (frames, bodies, 3).
 *
 * @param pause - awaited every few frames, so that others get their turn; may throw to stop.
 */
export async function recordFrames(
  simulation: LiveSimulation,
  frames: number,
  fps: number,
  pause: (done: number) => Promise<void>,
): Promise<Float32Array> {
  const bodies = simulation.bodies.length;
  const out = new Float32Array(frames * bodies * 3);
  const pose: Pose = {
    position: new Float32Array(3 * bodies),
    quaternion: new Float32Array(4 * bodies),
  };
  const before = new Float32Array(3 * bodies);
  simulation.reset();
  let steps = 0;
  for (let frame = 0; frame < frames; frame++) {
    const exact = frame / (fps * simulation.timestep);
    // A frame this close to a step is that step, as the service has it.
    const whole = Math.floor(exact + 1e-3);
    const part = exact - whole < 1e-3 ? 0 : exact - whole;
    for (; steps < whole; steps++) simulation.step();
    simulation.read(pose);
    if (part > 0) {
      before.set(pose.position);
      simulation.step();
      steps++;
      simulation.read(pose);
      for (let i = 0; i < before.length; i++) {
        const from = before[i] as number;
        pose.position[i] = from + ((pose.position[i] as number) - from) * part;
      }
    }
    out.set(pose.position, frame * bodies * 3);
    if (frame % 8 === 7) await pause(frame + 1);
  }
  return out;
}
