/** Made-up motion for tests. */

import type { Chunk } from "./codec";
import type { Header } from "./header";

/** A header of bodies of 1 kg without any shape. */
export function makeHeader(bodies: number, frames: number, fps = 60): Header {
  return {
    version: 1,
    model: "made up",
    duration: (frames - 1) / fps,
    fps,
    frames,
    timestep: 0.002,
    gravity: [0, 0, -9.81],
    center: [0, 0, 0],
    extent: 4,
    ground: null,
    bodies: Array.from({ length: bodies }, (_, i) => ({
      name: `ball_${i + 1}`,
      mass: 1,
      com: [0, 0, 0] as const,
    })),
    geoms: [],
    meshes: [],
    joints: [],
    sites: [],
    tendons: [],
  };
}

/** A chunk in which each body is where a function says, and turned about -y by what it says. */
export function makeChunk(
  header: Header,
  first: number,
  frames: number,
  at: (time: number, body: number) => { x: number; z: number; angle?: number },
  stride = 1,
): Chunk {
  const bodies = header.bodies.length;
  const position = new Float32Array(frames * bodies * 3);
  const quaternion = new Float32Array(frames * bodies * 4);
  for (let i = 0; i < frames; i++) {
    for (let body = 0; body < bodies; body++) {
      const { x, z, angle = 0 } = at((first + i * stride) / header.fps, body);
      position.set([x, 0, z], 3 * (i * bodies + body));
      quaternion.set([Math.cos(angle / 2), 0, -Math.sin(angle / 2), 0], 4 * (i * bodies + body));
    }
  }
  const { fps } = header;
  return { first, frames, bodies, t0: first / fps, dt: stride / fps, position, quaternion };
}
