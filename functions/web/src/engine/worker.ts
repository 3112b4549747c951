/** Runs MuJoCo off the page's thread: in step with the clock, or as fast as it can to compare. */

import loadMujoco, { type MainModule } from "@mujoco/mujoco";
import wasmAddress from "@mujoco/mujoco/mujoco.wasm?url";
import type { FromWorker, ToWorker } from "./messages";
import { LiveSimulation, recordFrames } from "./simulation";

/** How often it looks at the clock, milliseconds. */
const TURN_MS = 8;
/** The longest it steps in one turn: it then falls behind rather than never answer. */
const MOST_MS = 14;
/** Of a longer pause, such as of a hidden page, no more is made up for. */
const LONGEST_S = 0.1;

let mujoco: Promise<MainModule> | null = null;
let simulation: LiveSimulation | null = null;
let xml = "";
let running = false;
let due = 0;
let last = 0;
let pace = 1;

function say(message: FromWorker, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

function sayPose(): void {
  if (!simulation) return;
  const bodies = simulation.bodies.length;
  const position = new Float32Array(3 * bodies);
  const quaternion = new Float32Array(4 * bodies);
  simulation.read({ position, quaternion });
  const { time } = simulation;
  say({ type: "pose", time, position, quaternion, pace }, [position.buffer, quaternion.buffer]);
}

function turn(): void {
  if (!running || !simulation) return;
  const now = performance.now();
  const elapsed = Math.min((now - last) / 1000, LONGEST_S);
  last = now;
  due += elapsed;
  const from = simulation.time;
  while (simulation.time < due && performance.now() - now < MOST_MS) simulation.step();
  if (elapsed > 0) pace += 0.05 * ((simulation.time - from) / elapsed - pace);
  // What could not be made up for in time is let go.
  if (simulation.time < due) due = simulation.time;
  sayPose();
  setTimeout(turn, TURN_MS);
}

async function load(text: string): Promise<void> {
  mujoco ??= loadMujoco({ locateFile: () => wasmAddress });
  const engine = await mujoco;
  simulation?.dispose();
  xml = text;
  simulation = new LiveSimulation(engine, text);
  due = 0;
  say({ type: "ready", bodies: simulation.bodies.length, version: engine.mj_versionString() });
  sayPose();
}

async function compare(frames: number, fps: number): Promise<void> {
  const engine = await mujoco;
  if (!engine) return;
  const other = new LiveSimulation(engine, xml);
  try {
    const breathe = () => new Promise<void>((resolve) => setTimeout(resolve));
    const position = await recordFrames(other, frames, fps, breathe);
    say({ type: "compared", position }, [position.buffer]);
  } finally {
    other.dispose();
  }
}

async function hear(message: ToWorker): Promise<void> {
  switch (message.type) {
    case "load":
      await load(message.xml);
      break;
    case "run":
      if (message.running && !running) {
        running = true;
        last = performance.now();
        due = simulation?.time ?? 0;
        turn();
      } else running = message.running;
      break;
    case "reset":
      simulation?.reset();
      due = 0;
      sayPose();
      break;
    case "grab":
      simulation?.grab(message.body, message.local, message.target);
      break;
    case "pull":
      simulation?.pull(message.target);
      break;
    case "release":
      simulation?.release();
      break;
    case "push":
      simulation?.push(message.body, message.x, message.z);
      break;
    case "compare":
      await compare(message.frames, message.fps);
      break;
  }
}

self.onmessage = (event: MessageEvent<ToWorker>) => {
  hear(event.data).catch((error: unknown) => {
    say({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  });
};
