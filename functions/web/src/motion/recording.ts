/** Motion as far as it is known here: chunks as they came, and the pose at any time between. */

import type { Chunk } from "./codec";
import type { Header } from "./header";

/** Where every body is: (bodies, 3) and (bodies, 4), scalar first. */
export interface Pose {
  readonly position: Float32Array;
  readonly quaternion: Float32Array;
}

/** A pose of so many bodies at the origin. */
export function newPose(bodies: number): Pose {
  const quaternion = new Float32Array(4 * bodies);
  for (let body = 0; body < bodies; body++) quaternion[4 * body] = 1;
  return { position: new Float32Array(3 * bodies), quaternion };
}

/** A chunk of other bodies, or at another rate, than what is recorded here. */
export class ForeignChunk extends Error {
  override readonly name = "ForeignChunk";
}

export class Recording {
  /** Frames from one to the next that is kept: 2 if the service sends half of them. */
  private stride = 0;
  private readonly slots: (Chunk | null)[];
  private held = 0;
  private grown = 0;

  constructor(readonly header: Header) {
    this.slots = new Array<Chunk | null>(header.frames).fill(null);
  }

  get bodies(): number {
    return this.header.bodies.length;
  }

  /** The time of the last frame, seconds. */
  get duration(): number {
    return (this.header.frames - 1) / this.header.fps;
  }

  /** Whether every frame is here. */
  get complete(): boolean {
    return this.through(0) >= this.header.frames - 1;
  }

  /** How many frames are here. */
  get size(): number {
    return this.held;
  }

  /** Grows with every chunk: what was computed from fewer is out of date. */
  get version(): number {
    return this.grown;
  }

  /** Seconds from a frame to the next that is here. */
  get dt(): number {
    return (this.stride || 1) / this.header.fps;
  }

  /**
   * Take a chunk; one that is here already changes nothing.
   *
   * @throws {ForeignChunk} it is of another simulation, or of another rate than those before it.
   */
  add(chunk: Chunk): void {
    const stride = Math.max(1, Math.round(chunk.dt * this.header.fps));
    if (chunk.bodies !== this.bodies) throw new ForeignChunk("it has other bodies");
    if (this.stride === 0) this.stride = stride;
    if (stride !== this.stride) throw new ForeignChunk("it is of another rate");
    for (let i = 0; i < chunk.frames; i++) {
      const frame = chunk.first + i * stride;
      if (frame >= this.slots.length || this.slots[frame]) continue;
      this.slots[frame] = chunk;
      this.held++;
    }
    this.grown++;
  }

  /** Forget all frames, to take them at another rate. */
  clear(): void {
    this.slots.fill(null);
    this.held = 0;
    this.stride = 0;
    this.grown++;
  }

  /** The last frame of the unbroken run that begins at a frame; one less than it if it is not here. */
  through(frame: number): number {
    const stride = this.stride || 1;
    let last = Math.ceil(frame / stride) * stride;
    if (last !== this.lastRun.from || this.grown !== this.lastRun.grown) {
      const from = last;
      while (last < this.slots.length && this.slots[last]) last += stride;
      this.lastRun = { from, grown: this.grown, end: last - stride };
    }
    const { end } = this.lastRun;
    // The last frame of a thinned stream stands for what follows it.
    if (end >= 0 && end + stride >= this.slots.length) return this.slots.length - 1;
    return Math.min(end, this.slots.length - 1);
  }

  private lastRun = { from: -1, grown: -1, end: -1 };

  /** The latest time that can be shown without a gap after another, seconds; -1 if it can't be. */
  readyUntil(time: number): number {
    const frame = Math.floor(time * this.header.fps + 1e-6);
    const stride = this.stride || 1;
    const first = Math.min(Math.floor(frame / stride) * stride, this.lastKept());
    if (!this.slots[first]) return -1;
    return this.through(first) / this.header.fps;
  }

  /** The number of the last frame that a stream of this stride has. */
  private lastKept(): number {
    const stride = this.stride || 1;
    return Math.floor((this.slots.length - 1) / stride) * stride;
  }

  /**
   * The pose at a time, between the frames beside it; nothing is allocated.
   *
   * @returns false if the frame is not here; the pose is then left as it is.
   */
  sample(time: number, into: Pose): boolean {
    const stride = this.stride || 1;
    const at = Math.max(0, time * this.header.fps);
    const before = Math.min(Math.floor(at / stride + 1e-9) * stride, this.lastKept());
    const chunk = this.slots[before];
    if (!chunk) return false;
    const part = Math.min(1, Math.max(0, (at - before) / stride));
    const next = part > 1e-6 ? this.slots[before + stride] : null;
    if (next) this.mix(chunk, before, next, before + stride, part, into);
    else this.copy(chunk, before, into);
    return true;
  }

  /** The place of one body's origin at a time; false if it is not here. */
  place(time: number, body: number, into: Float64Array): boolean {
    const stride = this.stride || 1;
    const at = Math.max(0, time * this.header.fps);
    const before = Math.min(Math.floor(at / stride + 1e-9) * stride, this.lastKept());
    const chunk = this.slots[before];
    if (!chunk || at > this.slots.length - 1 + 1e-3) return false;
    const part = Math.min(1, Math.max(0, (at - before) / stride));
    const next = part > 1e-6 ? this.slots[before + stride] : null;
    const i = 3 * (((before - chunk.first) / this.stride) * chunk.bodies + body);
    const j = next ? 3 * (((before + stride - next.first) / this.stride) * next.bodies + body) : 0;
    for (let axis = 0; axis < 3; axis++) {
      const from = chunk.position[i + axis] as number;
      into[axis] = next ? from + ((next.position[j + axis] as number) - from) * part : from;
    }
    return true;
  }

  /** The pose of a frame as it was recorded; false if it is not here. */
  frame(number: number, into: Pose): boolean {
    const chunk = this.slots[number];
    if (!chunk) return false;
    this.copy(chunk, number, into);
    return true;
  }

  private copy(chunk: Chunk, frame: number, into: Pose): void {
    const { bodies } = chunk;
    const row = (frame - chunk.first) / this.stride;
    const { position, quaternion } = chunk;
    for (let i = 0, at = row * bodies * 3; i < 3 * bodies; i++, at++)
      into.position[i] = position[at] as number;
    for (let i = 0, at = row * bodies * 4; i < 4 * bodies; i++, at++)
      into.quaternion[i] = quaternion[at] as number;
  }

  /** Places on a straight line; turns the short way round, by a line through the quaternions. */
  private mix(a: Chunk, frameA: number, b: Chunk, frameB: number, part: number, into: Pose): void {
    const { bodies } = a;
    const { position, quaternion } = into;
    let i = ((frameA - a.first) / this.stride) * bodies * 3;
    let j = ((frameB - b.first) / this.stride) * bodies * 3;
    for (let k = 0; k < 3 * bodies; k++, i++, j++) {
      const from = a.position[i] as number;
      position[k] = from + ((b.position[j] as number) - from) * part;
    }
    i = ((frameA - a.first) / this.stride) * bodies * 4;
    j = ((frameB - b.first) / this.stride) * bodies * 4;
    const qa = a.quaternion;
    const qb = b.quaternion;
    for (let k = 0; k < 4 * bodies; k += 4, i += 4, j += 4) {
      const w = qa[i] as number;
      const x = qa[i + 1] as number;
      const y = qa[i + 2] as number;
      const z = qa[i + 3] as number;
      let w2 = qb[j] as number;
      let x2 = qb[j + 1] as number;
      let y2 = qb[j + 2] as number;
      let z2 = qb[j + 3] as number;
      if (w * w2 + x * x2 + y * y2 + z * z2 < 0) {
        w2 = -w2;
        x2 = -x2;
        y2 = -y2;
        z2 = -z2;
      }
      const qw = w + (w2 - w) * part;
      const qx = x + (x2 - x) * part;
      const qy = y + (y2 - y) * part;
      const qz = z + (z2 - z) * part;
      const size = 1 / Math.sqrt(qw * qw + qx * qx + qy * qy + qz * qz);
      quaternion[k] = qw * size;
      quaternion[k + 1] = qx * size;
      quaternion[k + 2] = qy * size;
      quaternion[k + 3] = qz * size;
    }
  }
}

/** Where all bodies were at all frames, (frames, bodies, 3), metres. */
export function placesOf(recording: Recording): Float32Array {
  const { bodies, header } = recording;
  const places = new Float32Array(header.frames * bodies * 3);
  const pose = newPose(bodies);
  for (let frame = 0; frame < header.frames; frame++) {
    recording.frame(frame, pose);
    places.set(pose.position, frame * 3 * bodies);
  }
  return places;
}
