import loadMujoco, { type MainModule, type MjData, type MjModel } from "@mujoco/mujoco";
import { beforeAll, describe, expect, it } from "vitest";
import type { Header } from "../motion/header";
import { newPose, type Pose } from "../motion/recording";
import { Dynamics, type Motion } from "./dynamics";

/** As the service records, metres. */
const ROUNDING = 1e-4;
const FPS = 60;
const G = 9.81;

let mujoco: MainModule;

beforeAll(async () => {
  mujoco = await loadMujoco();
});

/** Along x and z, newtons. */
type Force = [number, number];

/** What MuJoCo's contacts do to each body, from its own contact forces. */
function contactForces(model: MjModel, data: MjData): Force[] {
  const sums = Array.from({ length: model.nbody }, (): Force => [0, 0]);
  const six = new mujoco.DoubleBuffer(6);
  // A copy: views of memory go when it grows.
  const bodyOf = Array.from(model.geom_bodyid as Int32Array);
  for (let i = 0; i < data.ncon; i++) {
    const contact = data.contact.get(i);
    if (!contact) continue;
    mujoco.mj_contactForce(model, data, i, six);
    const force = six.GetView() as Float64Array;
    const frame = contact.frame as Float64Array;
    const along = (axis: number) =>
      [0, 1, 2].reduce(
        (sum, row) => sum + (frame[3 * row + axis] as number) * (force[row] ?? 0),
        0,
      );
    const [first, second] = contact.geom as Int32Array;
    for (const [geom, sign] of [
      [first as number, -1],
      [second as number, 1],
    ] as const) {
      const sum = sums[bodyOf[geom] as number] as Force;
      sum[0] += sign * along(0);
      sum[1] += sign * along(2);
    }
    contact.delete();
  }
  six.delete();
  return sums;
}

/**
 * A model's run at 60 frames a second: its motion as it is recorded, and its own contact forces,
 * the mean of all steps from a frame to the next. At single steps they chatter.
 */
function run(xml: string, seconds: number) {
  const model = mujoco.MjModel.from_xml_string(xml) as MjModel;
  const data = new mujoco.MjData(model);
  const bodies = model.nbody - 1;
  const places: Float64Array[] = [];
  const forces: Force[][] = [];
  const stepsAFrame = Math.round(1 / FPS / model.opt.timestep);
  mujoco.mj_forward(model, data);
  for (let frame = 0; frame <= seconds * FPS; frame++) {
    const place = Float64Array.from((data.xpos as Float64Array).slice(3));
    places.push(place.map((value) => Math.round(value / ROUNDING) * ROUNDING));
    const mean = Array.from({ length: bodies }, (): Force => [0, 0]);
    for (let step = 0; step < stepsAFrame; step++) {
      mujoco.mj_step(model, data);
      contactForces(model, data)
        .slice(1)
        .forEach(([fx, fz], body) => {
          const sum = mean[body] as Force;
          sum[0] += fx / stepsAFrame;
          sum[1] += fz / stepsAFrame;
        });
    }
    forces.push(mean);
  }
  const mass = Array.from((model.body_mass as Float64Array).slice(1));
  data.delete();
  model.delete();
  return { motion: motionOf(places), dynamics: new Dynamics(headerOf(mass)), bodies, forces };
}

/** MuJoCo's own contact force on a body, the mean of the frames about one. */
function ownAbout({ forces }: ReturnType<typeof run>, frame: number, body = 0): Force {
  const about = forces.slice(frame - 3, frame + 3).map((one) => one[body] as Force);
  const mean = (axis: 0 | 1) => about.reduce((sum, force) => sum + force[axis], 0) / about.length;
  return [mean(0), mean(1)];
}

function motionOf(places: Float64Array[]): Motion {
  const place = (time: number, body: number, into: Float64Array) => {
    const frame = Math.round(time * FPS);
    const found = places[frame];
    if (!found) return false;
    into.set(found.subarray(3 * body, 3 * body + 3));
    return true;
  };
  return { place, sample: () => true };
}

function headerOf(masses: number[]): Header {
  const bodies = masses.map((mass, i) => ({ name: `b${i}`, mass, com: [0, 0, 0], parent: -1 }));
  return { bodies, gravity: [0, 0, -G], tendons: [] } as unknown as Header;
}

function remaindersAt({ motion, dynamics, bodies }: ReturnType<typeof run>, frame: number) {
  const told = Array.from({ length: bodies }, (): Force => [0, 0]);
  const pose: Pose = newPose(bodies);
  dynamics.remainders(motion, frame / FPS, pose, (body, _x, _y, _z, fx, fz) => {
    told[body] = [fx, fz];
  });
  return told;
}

const planar =
  '<joint type="slide" axis="1 0 0"/><joint type="slide" axis="0 0 1"/><joint axis="0 -1 0"/>';
const option = '<option timestep="0.00041666666666666" integrator="implicitfast"/>';

describe("what else acts on a body", () => {
  it("carries each body of a stack at rest, as MuJoCo's contact forces do in sum", () => {
    const made = run(
      `<mujoco>${option}<worldbody><geom type="plane" size="5 5 1"/>
        <body pos="0 0 .2">${planar}<geom type="box" size=".3 .3 .2" mass="3"/></body>
        <body pos="0 0 .6">${planar}<geom type="box" size=".2 .2 .2" mass="2"/></body>
      </worldbody></mujoco>`,
      2,
    );
    const told = remaindersAt(made, 90);
    [3, 2].forEach((mass, body) => {
      const own = ownAbout(made, 90, body);
      expect(own[1]).toBeCloseTo(mass * G, 1);
      expect(told[body]?.[1]).toBeCloseTo(own[1], 0);
      expect(told[body]?.[0]).toBeCloseTo(0, 0);
    });
  });

  it("is normal force and friction on a slope", () => {
    const [theta, mu, mass] = [Math.PI / 6, 0.2, 2];
    const tilt = `euler="0 30 0"`;
    const made = run(
      `<mujoco>${option.replace("/>", ' cone="elliptic" impratio="50"/>')}<compiler angle="degree"/>
        <worldbody><geom type="box" size="20 1 .1" ${tilt} pos="-.05 0 -.0866" friction="${mu}"/>
        <body pos="0.05 0 .0866" ${tilt}>${planar.replace(/<joint axis="0 -1 0"\/>/, "")}
        <geom type="box" size=".2 .2 .1" mass="${mass}" friction="${mu}"/></body>
      </worldbody></mujoco>`,
      1,
    );
    const normal = mass * G * Math.cos(theta);
    const friction = mu * normal;
    const told = remaindersAt(made, 40)[0] as Force;
    const own = ownAbout(made, 40);
    // Downhill is to the right: the normal force leans right, friction points back up to the left.
    const wanted = [
      normal * Math.sin(theta) - friction * Math.cos(theta),
      normal * Math.cos(theta) + friction * Math.sin(theta),
    ];
    for (const axis of [0, 1] as const) {
      expect(Math.abs((own[axis] as number) - (wanted[axis] as number))).toBeLessThan(
        0.03 * normal,
      );
      expect(Math.abs((told[axis] as number) - (own[axis] as number))).toBeLessThan(0.03 * normal);
    }
  });

  it("is a blow where a ball meets the floor, all of its impulse, and nothing in between", () => {
    const made = run(
      `<mujoco>${option}<worldbody><geom type="plane" size="5 5 1" solref="-20000 -2"/>
        <body pos="0 0 .6">${planar}<geom size=".1" mass="1" solref="-20000 -2"/></body>
      </worldbody></mujoco>`,
      0.6,
    );
    const falls = Math.sqrt((2 * 0.5) / G);
    const blow = Math.round(falls * FPS);
    let [impulse, own] = [0, 0];
    for (let frame = 4; frame < 0.55 * FPS; frame++) {
      const [, up] = remaindersAt(made, frame)[0] as Force;
      if (Math.abs(frame - blow) > 2) expect(Math.abs(up)).toBeLessThan(1);
      else impulse += up / FPS;
      own += (made.forces[frame]?.[0]?.[1] as number) / FPS;
    }
    expect(own).toBeGreaterThan(1.5 * G * falls);
    expect(Math.abs(impulse - own)).toBeLessThan(0.03 * own);
  });
});
