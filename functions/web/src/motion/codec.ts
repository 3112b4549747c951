/**
 * Reads version 1 of the chunk format (`shared/FRAMES.md`): motion as it is stored and sent.
 *
 * Positions are metres, quaternions unit and scalar first, times seconds. The arithmetic is that of
 * `shared/frames.py`: 32-bit whole numbers that wrap, then doubles, then float32.
 */

import { inflateSync } from "fflate";

const HEADER_BYTES = 40;
const MAX_FRAMES = 32;
const MAX_BODIES = 3500;
const MAX_STREAM_HEADER = 8 << 20;
const CHUNK_MAGIC = 0x43464753; // "SGFC", little-endian
const STREAM_MAGIC = 0x53464753; // "SGFS", little-endian
const VERSION = 1;

/** Bytes that are no chunk or stream of ours, or no longer. */
export class BadChunk extends Error {
  override readonly name = "BadChunk";
}

/** What a chunk says of itself before anything is inflated. */
export interface ChunkHeader {
  readonly first: number;
  readonly frames: number;
  readonly bodies: number;
  readonly t0: number;
  readonly dt: number;
  readonly positionStep: number;
  readonly rotationStep: number;
  readonly kinds: number;
  readonly planes: number;
}

/** The frames of one chunk: consecutive, evenly spaced in time. */
export interface Chunk {
  readonly first: number;
  readonly frames: number;
  readonly bodies: number;
  readonly t0: number;
  readonly dt: number;
  /** (frames, bodies, 3) */
  readonly position: Float32Array;
  /** (frames, bodies, 4), scalar first */
  readonly quaternion: Float32Array;
}

/**
 * Read and check a chunk's header.
 *
 * @throws {BadChunk} no chunk, of another version, or it promises what no chunk holds.
 */
export function describeChunk(data: Uint8Array): ChunkHeader {
  if (data.length < HEADER_BYTES) throw new BadChunk("shorter than a chunk's header");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(0, true) !== CHUNK_MAGIC) throw new BadChunk("it does not begin with SGFC");
  const version = view.getUint8(4);
  if (version !== VERSION)
    throw new BadChunk(`version ${version} of the chunk format is not known`);
  const header = {
    kinds: view.getUint8(5),
    planes: view.getUint8(6),
    first: view.getUint32(8, true),
    frames: view.getUint16(12, true),
    bodies: view.getUint16(14, true),
    t0: view.getFloat64(16, true),
    dt: view.getFloat64(24, true),
    positionStep: view.getFloat32(32, true),
    rotationStep: view.getFloat32(36, true),
  };
  const { kinds, planes, frames, bodies, t0, dt, positionStep, rotationStep } = header;
  if (view.getUint8(7) !== 0 || kinds >= 1 << 6 || planes < 1 || planes > 4)
    throw new BadChunk("the header's flags are out of range");
  if (frames < 1 || frames > MAX_FRAMES || bodies > MAX_BODIES)
    throw new BadChunk(`${frames} frames of ${bodies} bodies are out of range`);
  if (!(Number.isFinite(t0) && dt > 0 && dt < Number.POSITIVE_INFINITY))
    throw new BadChunk("the header's times are out of range");
  if (!(positionStep > 0 && positionStep < 1e29 && rotationStep > 0 && rotationStep < 1))
    throw new BadChunk("the header's steps are out of range");
  return header;
}

/**
 * The frames of one chunk.
 *
 * At once, by fflate: an inflated chunk is small, and the browser's `DecompressionStream` takes two
 * to three times as long for one, in the turns it waits for.
 *
 * @throws {BadChunk} no chunk of this version, cut short, or damaged.
 */
export function decodeChunk(data: Uint8Array): Chunk {
  const header = describeChunk(data);
  const channels = bitCount(header.kinds) * header.bodies;
  const size = channels * (4 + header.planes * (header.frames - 1));
  return unpack(header, inflate(data.subarray(HEADER_BYTES), size));
}

/** One byte more than needed shows a longer payload without inflating all of it. */
function inflate(payload: Uint8Array, size: number): Uint8Array {
  let raw: Uint8Array;
  try {
    raw = inflateSync(payload, { out: new Uint8Array(size + 1) });
  } catch {
    throw new BadChunk("it is damaged: it does not inflate");
  }
  if (raw.length !== size) throw new BadChunk("it does not hold the frames its header promises");
  return raw;
}

/** From inflated bytes, as many as the header promises, to poses. */
function unpack(header: ChunkHeader, raw: Uint8Array): Chunk {
  const { frames, bodies, kinds, first, t0, dt } = header;
  const position = new Float32Array(frames * bodies * 3);
  const quaternion = new Float32Array(frames * bodies * 4);
  const channels = bitCount(kinds) * bodies;
  const turns: (Int32Array | null)[] = [null, null, null];
  const row = new Int32Array(frames);
  let channel = 0;
  for (let kind = 0; kind < 6; kind++) {
    if (!((kinds >> kind) & 1)) continue;
    if (kind < 3) {
      for (let body = 0; body < bodies; body++, channel++) {
        readChannel(header, raw, channels, channel, row, 0);
        writePositions(header, row, position, 3 * body + kind);
      }
    } else {
      const turn = new Int32Array(bodies * frames);
      for (let body = 0; body < bodies; body++, channel++)
        readChannel(header, raw, channels, channel, turn, body * frames);
      turns[kind - 3] = turn;
    }
  }
  const [x, y, z] = turns;
  if (x || z) writeQuaternions(header, x ?? null, y ?? null, z ?? null, quaternion);
  else writePlanarQuaternions(header, y ?? null, quaternion);
  return { first, frames, bodies, t0, dt, position, quaternion };
}

/** A channel's number in the first frame, then how far each later frame is from it. */
function readChannel(
  header: ChunkHeader,
  raw: Uint8Array,
  channels: number,
  channel: number,
  into: Int32Array,
  at: number,
): void {
  const { frames, planes } = header;
  let zigzag = 0;
  for (let plane = 0; plane < 4; plane++)
    zigzag |= (raw[plane * channels + channel] as number) << (8 * plane);
  into[at] = (zigzag >>> 1) ^ -(zigzag & 1);
  const second = channels * (frames - 1);
  const end = at + frames;
  let from = 4 * channels + channel * (frames - 1);
  let moved = 0;
  let step = 0;
  for (let to = at + 1; to < end; to++, from++) {
    zigzag = raw[from] as number;
    if (planes > 1) {
      zigzag |= (raw[from + second] as number) << 8;
      if (planes > 2) zigzag |= (raw[from + 2 * second] as number) << 16;
      if (planes > 3) zigzag |= (raw[from + 3 * second] as number) << 24;
    }
    step = (step + ((zigzag >>> 1) ^ -(zigzag & 1))) | 0;
    moved = (moved + step) | 0;
    into[to] = moved;
  }
}

function writePositions(
  { frames, bodies, positionStep }: ChunkHeader,
  row: Int32Array,
  position: Float32Array,
  at: number,
): void {
  const start = row[0] as number;
  const stride = 3 * bodies;
  position[at] = start * positionStep;
  for (let frame = 1, to = at + stride; frame < frames; frame++, to += stride)
    position[to] = ((start + (row[frame] as number)) | 0) * positionStep;
}

/** Turns about y alone add up as angles, and one that rests needs no sine. */
function writePlanarQuaternions(
  { frames, bodies, rotationStep }: ChunkHeader,
  turn: Int32Array | null,
  quaternion: Float32Array,
): void {
  const half = rotationStep / 2;
  const stride = 4 * bodies;
  for (let body = 0; body < bodies; body++) {
    const from = body * frames;
    const start = turn ? (turn[from] as number) : 0;
    let known = 0;
    let w = Math.cos(start * half);
    let y = Math.sin(start * half);
    for (let frame = 0, to = 4 * body; frame < frames; frame++, to += stride) {
      const moved = frame && turn ? (turn[from + frame] as number) : 0;
      if (moved !== known) {
        known = moved;
        w = Math.cos((start + moved) * half);
        y = Math.sin((start + moved) * half);
      }
      quaternion[to] = w;
      quaternion[to + 2] = y;
    }
  }
}

/** q[i] = exp(v[i]) exp(s): the turn of the first frame, then what the body turned since. */
function writeQuaternions(
  { frames, bodies, rotationStep }: ChunkHeader,
  xs: Int32Array | null,
  ys: Int32Array | null,
  zs: Int32Array | null,
  quaternion: Float32Array,
): void {
  for (let body = 0; body < bodies; body++) {
    const from = body * frames;
    const sx = (xs ? (xs[from] as number) : 0) * rotationStep;
    const sy = (ys ? (ys[from] as number) : 0) * rotationStep;
    const sz = (zs ? (zs[from] as number) : 0) * rotationStep;
    const start = Math.sqrt(sx * sx + sy * sy + sz * sz) / 2;
    const startSine = halfSinc(start);
    const bw = Math.cos(start);
    const bx = sx * startSine;
    const by = sy * startSine;
    const bz = sz * startSine;
    for (let frame = 0, at = body * 4; frame < frames; frame++, at += bodies * 4) {
      const vx = frame && xs ? (xs[from + frame] as number) * rotationStep : 0;
      const vy = frame && ys ? (ys[from + frame] as number) * rotationStep : 0;
      const vz = frame && zs ? (zs[from + frame] as number) * rotationStep : 0;
      const half = Math.sqrt(vx * vx + vy * vy + vz * vz) / 2;
      const sine = halfSinc(half);
      const aw = Math.cos(half);
      const ax = vx * sine;
      const ay = vy * sine;
      const az = vz * sine;
      quaternion[at] = aw * bw - ax * bx - ay * by - az * bz;
      quaternion[at + 1] = aw * bx + ax * bw + ay * bz - az * by;
      quaternion[at + 2] = aw * by - ax * bz + ay * bw + az * bx;
      quaternion[at + 3] = aw * bz + ax * by - ay * bx + az * bw;
    }
  }
}

/** sin(half) / angle, where the angle is twice `half`; finite at zero. */
function halfSinc(half: number): number {
  return half === 0 ? 0.5 : Math.sin(half) / (2 * half);
}

function bitCount(kinds: number): number {
  let count = 0;
  for (let rest = kinds; rest; rest &= rest - 1) count++;
  return count;
}

/** A whole recording as one file: its header, and its chunks, not yet decoded. */
export interface Stream {
  readonly header: unknown;
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * Take a stream apart.
 *
 * @throws {BadChunk} not ours, of another version, or cut short.
 */
export function readStream(data: Uint8Array<ArrayBuffer>): Stream {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 12 || view.getUint32(0, true) !== STREAM_MAGIC)
    throw new BadChunk("it does not begin with SGFS");
  const version = view.getUint8(4);
  if (version !== VERSION) throw new BadChunk(`version ${version} of the stream is not known`);
  const headerBytes = view.getUint32(8, true);
  let at = 12 + headerBytes;
  if (headerBytes > MAX_STREAM_HEADER || at > data.length)
    throw new BadChunk("it is cut short in its header");
  const header = parseHeader(data.subarray(12, at));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    if (at + 4 > data.length) throw new BadChunk("it is cut short: its end mark is missing");
    const length = view.getUint32(at, true);
    at += 4;
    if (length === 0) return { header, chunks };
    if (at + length > data.length) throw new BadChunk("it is cut short in a chunk");
    chunks.push(data.subarray(at, at + length));
    at += length;
  }
}

function parseHeader(text: Uint8Array): object {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(text));
  } catch {
    throw new BadChunk("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    throw new BadChunk("its header is not a JSON object");
  return header;
}

/** A recording as one file, as `write_stream` of `shared/frames.py` writes it. */
export function writeStream(
  header: object,
  chunks: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = chunks.reduce((sum, chunk) => sum + 4 + chunk.length, 0);
  const data = new Uint8Array(12 + text.length + bytes + 4);
  const view = new DataView(data.buffer);
  view.setUint32(0, STREAM_MAGIC, true);
  view.setUint8(4, VERSION);
  view.setUint32(8, text.length, true);
  data.set(text, 12);
  let at = 12 + text.length;
  for (const chunk of chunks) {
    view.setUint32(at, chunk.length, true);
    data.set(chunk, at + 4);
    at += 4 + chunk.length;
  }
  return data;
}
