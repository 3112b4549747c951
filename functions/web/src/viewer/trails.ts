/** The ways that bodies came, fading into the past. */

import type { Color } from "three";
import type { Dynamics, Motion } from "./dynamics";
import { Polylines } from "./polylines";
import type { Look } from "./shaders";

const SECONDS = 1.6;
const POINTS = 48;
const MOST_BODIES = 24;
const WIDTH = 2.5;

export class Trails {
  readonly lines: Polylines;
  private readonly bodies: readonly number[];
  private readonly last = new Float64Array(3);
  private readonly here = new Float64Array(3);

  constructor(
    look: Look,
    dynamics: Dynamics,
    private readonly colors: readonly Color[],
  ) {
    this.bodies = dynamics.heavy.slice(0, MOST_BODIES);
    this.lines = new Polylines(look, POINTS * Math.max(1, this.bodies.length), {
      width: WIDTH,
      under: true,
    });
    this.lines.mesh.renderOrder = -3;
  }

  update(motion: Motion, time: number): void {
    this.lines.clear();
    for (const body of this.bodies) {
      if (!motion.place(time, body, this.last)) continue;
      const { r, g, b } = this.colors[body] as Color;
      for (let i = 1; i < POINTS; i++) {
        const at = time - (SECONDS * i) / (POINTS - 1);
        if (at < 0 || !motion.place(at, body, this.here)) break;
        const opacity = 0.75 * (1 - i / POINTS) ** 1.5;
        const [x0 = 0, y0 = 0, z0 = 0] = this.last;
        const [x1 = 0, y1 = 0, z1 = 0] = this.here;
        this.lines.add(x0, y0, z0, x1, y1, z1, r, g, b, opacity);
        this.last.set(this.here);
      }
    }
    this.lines.commit();
  }

  clear(): void {
    this.lines.clear();
    this.lines.commit();
  }

  dispose(): void {
    this.lines.dispose();
  }
}
