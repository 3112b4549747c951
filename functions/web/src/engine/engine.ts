/** MuJoCo in the page, as what moves the bodies on the stage. */

import { type Pose, placesOf, type Recording } from "../motion/recording";
import type { LiveMotion } from "../viewer/player";
import { compareRuns, type Difference } from "./compare";
import type { FromWorker, ToWorker } from "./messages";

/** Poses that are kept for trails and speeds: two seconds at 125 a second. */
const KEPT = 250;

type Vector = readonly [number, number, number];

export class Engine implements LiveMotion {
  private readonly worker: Worker;
  private readonly poses: { time: number; pose: Pose }[] = [];
  private on = false;
  private bodies = 0;
  private waiting: ((message: FromWorker) => void)[] = [];
  /** Seconds simulated a second. */
  pace = 1;

  private constructor() {
    this.worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.worker.onmessage = (event: MessageEvent<FromWorker>) => this.hear(event.data);
    this.worker.onerror = (event) =>
      this.hear({ type: "failed", message: event.message || "the worker did not start" });
  }

  /**
   * Load MuJoCo and a model.
   *
   * @throws {Error} it does not load, or does not take the model.
   */
  static async start(xml: string): Promise<Engine> {
    const engine = new Engine();
    try {
      const ready = await engine.ask({ type: "load", xml }, "ready");
      engine.bodies = ready.bodies;
      return engine;
    } catch (error) {
      engine.stop();
      throw error;
    }
  }

  get now(): number {
    return this.poses.at(-1)?.time ?? 0;
  }

  get running(): boolean {
    return this.on;
  }

  setRunning(running: boolean): void {
    this.on = running;
    this.tell({ type: "run", running });
  }

  reset(): void {
    this.poses.length = 0;
    this.tell({ type: "reset" });
  }

  grab(body: number, local: Vector, target: Vector): void {
    this.tell({ type: "grab", body, local, target });
  }

  pull(target: Vector): void {
    this.tell({ type: "pull", target });
  }

  release(): void {
    this.tell({ type: "release" });
  }

  push(body: number, x: number, z: number): void {
    this.tell({ type: "push", body, x, z });
  }

  /** The same run as a recording, computed here: how far apart they are. */
  async compare(recording: Recording): Promise<Difference> {
    const { header } = recording;
    const message = { type: "compare", frames: header.frames, fps: header.fps } as const;
    const { position } = await this.ask(message, "compared");
    return compareRuns(position, placesOf(recording), recording.bodies, 1 / header.fps);
  }

  sample(time: number, into: Pose): boolean {
    const found = this.near(time);
    if (!found || found.pose.position.length !== into.position.length) return false;
    into.position.set(found.pose.position);
    into.quaternion.set(found.pose.quaternion);
    return true;
  }

  place(time: number, body: number, into: Float64Array): boolean {
    if (time > this.now + 1e-9) return false;
    const found = this.near(time);
    if (!found || body >= this.bodies || found.time > time + 0.02) return false;
    for (let axis = 0; axis < 3; axis++)
      into[axis] = found.pose.position[3 * body + axis] as number;
    return true;
  }

  stop(): void {
    this.worker.terminate();
  }

  /** The first pose that is not before a time, or the last there is. */
  private near(time: number): { time: number; pose: Pose } | undefined {
    let low = 0;
    let high = this.poses.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.poses[middle]?.time ?? 0) < time - 1e-9) low = middle + 1;
      else high = middle;
    }
    return this.poses[low];
  }

  private tell(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private ask<Type extends FromWorker["type"]>(
    message: ToWorker,
    type: Type,
  ): Promise<Extract<FromWorker, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const listen = (answer: FromWorker) => {
        if (answer.type !== type && answer.type !== "failed") return;
        this.waiting = this.waiting.filter((one) => one !== listen);
        if (answer.type === "failed") reject(new Error(answer.message));
        else resolve(answer as Extract<FromWorker, { type: Type }>);
      };
      this.waiting.push(listen);
      this.tell(message);
    });
  }

  private hear(message: FromWorker): void {
    if (message.type === "pose") {
      const { time, position, quaternion, pace } = message;
      // From the start again.
      if (time < this.now) this.poses.length = 0;
      this.poses.push({ time, pose: { position, quaternion } });
      if (this.poses.length > KEPT) this.poses.shift();
      this.pace = pace;
    }
    for (const listen of [...this.waiting]) listen(message);
  }
}
