/** Arrows in the plane of the drawing: velocities, forces, what holds a body. */

import {
  BufferGeometry,
  Color,
  Float32BufferAttribute,
  Matrix4,
  type Mesh,
  Quaternion,
  type ShaderMaterial,
  Vector3,
} from "three";
import { batchMesh, type Copies, Parts } from "./batch";
import { flatMaterial } from "./shaders";

/** Okabe and Ito's colours, which nearly everybody can tell apart. */
export const ARROW_COLOURS = {
  velocity: "#009e73",
  force: "#d55e00",
  contact: "#b4589a",
} as const;
export type ArrowKind = keyof typeof ARROW_COLOURS;

/** Half the shaft's thickness, and the head's size, as parts of the picture's extent. */
const SHAFT = 0.0048;
const HEAD_HALF = 0.016;
const HEAD_LENGTH = 0.04;
/** How much wider than an arrow the paper round it is, that lifts it off what it lies on. */
const RIM = 0.0028;
/** Shorter than this part of the extent, it is left out. */
const SHORTEST = 0.012;

/** Of an arrow: the shaft of its rim, the head of its rim, and both of itself. */
const PIECES = 4;
/** Corners of triangles: two for a shaft, one for a head. */
const SHAFT_CORNERS = [0, 1, 2, 0, 2, 3];
const HEAD_CORNERS = [0, 1, 2];
const ARROW_CORNERS = 2 * (SHAFT_CORNERS.length + HEAD_CORNERS.length);

export class Arrows {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>;
  private readonly parts: Parts;
  private count = 0;
  private readonly colors: Record<ArrowKind, Color>;
  private readonly from = new Vector3();
  private readonly along = new Vector3();
  private readonly size = new Vector3();
  private readonly turn = new Quaternion();
  private readonly matrix = new Matrix4();

  /** @param paper - the colour of the rim; it may change. */
  constructor(
    private readonly most: number,
    private readonly extent: number,
    private readonly paper: Color,
  ) {
    this.parts = new Parts(PIECES * most);
    const shaft = flatShape([-1, 0, 0, 1, 0, 0, 1, 1, 0, -1, 1, 0], SHAFT_CORNERS);
    const head = flatShape([-1, 0, 0, 1, 0, 0, 0, 1, 0], HEAD_CORNERS);
    const copies: Copies[] = Array.from({ length: PIECES * most }, (_, part) => ({
      shape: part % 2 ? head : shaft,
      parts: [part],
    }));
    this.mesh = batchMesh(copies, flatMaterial(this.parts, 0.95));
    this.mesh.renderOrder = 20;
    this.mesh.geometry.setDrawRange(0, 0);
    this.colors = {
      velocity: literal(ARROW_COLOURS.velocity),
      force: literal(ARROW_COLOURS.force),
      contact: literal(ARROW_COLOURS.contact),
    };
  }

  clear(): void {
    this.count = 0;
  }

  /** An arrow at a point, so many metres along x and z. */
  add(kind: ArrowKind, x: number, y: number, z: number, dx: number, dz: number): void {
    const length = Math.hypot(dx, dz);
    if (this.count >= this.most || !(length > SHORTEST * this.extent)) return;
    const head = Math.min(HEAD_LENGTH * this.extent, 0.6 * length);
    const scale = head / (HEAD_LENGTH * this.extent);
    this.along.set(dx / length, 0, dz / length);
    // Its flat side faces the front: local y lies along it, local z along -y of the world.
    this.turn.setFromAxisAngle(OUT, Math.atan2(-dx, dz)).multiply(UPRIGHT);
    const half = HEAD_HALF * this.extent * scale;
    let part = PIECES * this.count++;
    for (const [color, rim] of [
      [this.paper, RIM * this.extent],
      [this.colors[kind], 0],
    ] as const) {
      this.from.set(x, y, z).addScaledVector(this.along, -rim);
      this.size.set(SHAFT * this.extent + rim, length - head + 2 * rim, 1);
      this.put(part++, color);
      this.from.addScaledVector(this.along, length - head);
      this.size.set(half + 2 * rim, head + 3 * rim, 1);
      this.put(part++, color);
    }
  }

  commit(): void {
    this.mesh.geometry.setDrawRange(0, ARROW_CORNERS * this.count);
    if (this.count) this.parts.commit();
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.parts.dispose();
  }

  private put(part: number, color: Color): void {
    this.parts.place(part, this.matrix.compose(this.from, this.turn, this.size));
    this.parts.tint(part, color);
  }
}

function flatShape(corners: number[], index: number[]): BufferGeometry {
  const shape = new BufferGeometry();
  shape.setAttribute("position", new Float32BufferAttribute(corners, 3));
  shape.setIndex(index);
  return shape;
}

/** From local x, y, z to the world's x, z, -y: upright, seen from the front. */
const UPRIGHT = new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), Math.PI / 2);
/** Counter-clockwise as seen from the front. */
const OUT = new Vector3(0, -1, 0);

/** A colour as it is written, without conversion to linear light: the shaders write what is seen. */
export function literal(css: string): Color {
  const value = Number.parseInt(css.slice(1), 16);
  return new Color().setRGB(
    ((value >> 16) & 255) / 255,
    ((value >> 8) & 255) / 255,
    (value & 255) / 255,
  );
}
