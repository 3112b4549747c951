import { readFileSync } from "node:fs";
import loadMujoco, { type MainModule } from "@mujoco/mujoco";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeChunk, readStream } from "../motion/codec";
import { readHeader } from "../motion/header";
import { newPose, placesOf, Recording } from "../motion/recording";
import { compareRuns } from "./compare";
import { LiveSimulation, recordFrames } from "./simulation";

const RUNS = new URL("../../../../tests/data/motion/runs/", import.meta.url);
const EXAMPLES = ["pendulum", "block_on_ramp", "mass_on_spring", "stack_and_ball"];

let mujoco: MainModule;

beforeAll(async () => {
  mujoco = await loadMujoco();
});

function model(name: string): string {
  return readFileSync(new URL(`${name}.xml`, RUNS), "utf8");
}

function recordingOf(name: string): Recording {
  const data = new Uint8Array(readFileSync(new URL(`${name}.sgfs`, RUNS)));
  const { header, chunks } = readStream(data);
  const recording = new Recording(readHeader(header));
  for (const chunk of chunks) recording.add(decodeChunk(chunk));
  return recording;
}

/** How far the page's run is from the service's. */
async function differenceOf(name: string) {
  const recording = recordingOf(name);
  const { bodies, header } = recording;
  const simulation = new LiveSimulation(mujoco, model(name));
  const ours = await recordFrames(simulation, header.frames, header.fps, async () => {});
  simulation.dispose();
  return compareRuns(ours, placesOf(recording), bodies, 1 / header.fps);
}

function placeOf(simulation: LiveSimulation, body = 0): [number, number, number] {
  const pose = newPose(simulation.bodies.length);
  simulation.read(pose);
  return [...pose.position.subarray(3 * body, 3 * body + 3)] as [number, number, number];
}

const SLIDING = `<mujoco><option gravity="0 0 0"/><worldbody>
  <body pos="0 0 1"><joint type="slide" axis="1 0 0"/><joint type="slide" axis="0 0 1"/>
  <geom type="sphere" size="0.1" mass="2"/></body></worldbody></mujoco>`;

describe("MuJoCo in the page", () => {
  it("is of the version that the service runs", () => {
    const pins = readFileSync(new URL("../../../../pyproject.toml", import.meta.url), "utf8");
    expect(pins).toContain(`"mujoco==${mujoco.mj_versionString()}"`);
  });

  it.each(EXAMPLES)(
    "moves %s within the frames' own rounding of the service's run",
    async (name) => {
      const { worst, parts } = await differenceOf(name);
      // Frames are rounded to within 0.1 mm.
      expect(worst).toBeLessThan(1.1e-4);
      expect(parts).toBeNull();
    },
  );

  it("agrees on a chaotic double pendulum until the last bits have grown", async () => {
    const { parts } = await differenceOf("double_pendulum");
    // Measured: a millimetre at 20.5 s. What the last bit is, is up to the compiler.
    expect(parts ?? 40).toBeGreaterThan(10);
  }, 30_000);

  it("starts from keyframe 0, again and again", () => {
    const simulation = new LiveSimulation(mujoco, model("double_pendulum"));
    const start = placeOf(simulation, 1);
    for (let i = 0; i < 300; i++) simulation.step();
    expect(placeOf(simulation, 1)).not.toEqual(start);
    simulation.reset();
    expect(placeOf(simulation, 1)).toEqual(start);
    expect(simulation.time).toBe(0);
    simulation.dispose();
  });

  it("pulls what is held to the pointer, and lets it fly when it is let go", () => {
    const simulation = new LiveSimulation(mujoco, SLIDING);
    simulation.grab(0, [0, 0, 0], [1, 0, 1]);
    const seconds = (n: number) => {
      for (let i = 0; i < n / simulation.timestep; i++) simulation.step();
    };
    seconds(0.1);
    const [onTheWay] = placeOf(simulation);
    expect(onTheWay).toBeGreaterThan(0.05);
    seconds(2);
    const [there, , height] = placeOf(simulation);
    expect(there).toBeCloseTo(1, 2);
    expect(height).toBeCloseTo(1, 2);
    simulation.pull([3, 0, 1]);
    seconds(0.1);
    simulation.release();
    const [letGo] = placeOf(simulation);
    seconds(0.5);
    const [later] = placeOf(simulation);
    seconds(0.5);
    const [latest] = placeOf(simulation);
    expect(later - letGo).toBeGreaterThan(0.1);
    expect(latest - later).toBeCloseTo(later - letGo, 6);
    simulation.dispose();
  });

  it("pushes a body as hard as it weighs, and stops", () => {
    const falling = SLIDING.replace('gravity="0 0 0"', 'gravity="0 0 -10"');
    const simulation = new LiveSimulation(mujoco, falling);
    simulation.push(0, 0, 1);
    for (let i = 0; i < 0.5 / simulation.timestep; i++) simulation.step();
    // 1.2 of its weight up: a fifth of gravity is left over.
    expect(placeOf(simulation)[2] - 1).toBeCloseTo(0.5 * 2 * 0.25, 2);
    simulation.push(0, 0, 0);
    const [, , height] = placeOf(simulation);
    for (let i = 0; i < 1 / simulation.timestep; i++) simulation.step();
    expect(placeOf(simulation)[2]).toBeLessThan(height);
    simulation.dispose();
  });

  it("says so when it does not take a model", () => {
    expect(() => new LiveSimulation(mujoco, "<mujoco><nonsense/></mujoco>")).toThrow();
  });
});
