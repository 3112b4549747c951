/** Arrows in the plane of the drawing: velocities, forces, what holds a body. */

import {
  BufferGeometry,
  Color,
  DynamicDrawUsage,
  Float32BufferAttribute,
  InstancedMesh,
  Matrix4,
  Quaternion,
  Vector3,
} from "three";
import { flatMaterial } from "./shaders";

/** Okabe and Ito's colours, which nearly everybody can tell apart. */
export const ARROW_COLOURS = {
  velocity: "#009e73",
  force: "#d55e00",
  contact: "#b4589a",
} as const;
export type ArrowKind = keyof typeof ARROW_COLOURS;

/** Half the shaft's thickness, and the head's size, as parts of the picture's extent. */
const SHAFT = 0.0035;
const HEAD_HALF = 0.011;
const HEAD_LENGTH = 0.028;
/** Shorter than this part of the extent, it is left out. */
const SHORTEST = 0.012;

export class Arrows {
  readonly shafts: InstancedMesh;
  readonly heads: InstancedMesh;
  private count = 0;
  private readonly colors: Record<ArrowKind, Color>;
  private readonly from = new Vector3();
  private readonly along = new Vector3();
  private readonly size = new Vector3();
  private readonly turn = new Quaternion();
  private readonly matrix = new Matrix4();

  constructor(
    private readonly most: number,
    private readonly extent: number,
  ) {
    const shaft = new BufferGeometry();
    shaft.setAttribute(
      "position",
      new Float32BufferAttribute([-1, 0, 0, 1, 0, 0, 1, 1, 0, -1, 1, 0], 3),
    );
    shaft.setIndex([0, 1, 2, 0, 2, 3]);
    const head = new BufferGeometry();
    head.setAttribute("position", new Float32BufferAttribute([-1, 0, 0, 1, 0, 0, 0, 1, 0], 3));
    head.setIndex([0, 1, 2]);
    const material = flatMaterial(0.95);
    const instanced = (geometry: BufferGeometry) => {
      const mesh = new InstancedMesh(geometry, material, most);
      mesh.instanceMatrix.setUsage(DynamicDrawUsage);
      mesh.setColorAt(0, new Color());
      mesh.frustumCulled = false;
      mesh.renderOrder = 20;
      mesh.count = 0;
      return mesh;
    };
    this.shafts = instanced(shaft);
    this.heads = instanced(head);
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
    this.from.set(x, y, z);
    this.size.set(SHAFT * this.extent, length - head, 1);
    this.put(this.shafts, kind);
    this.from.addScaledVector(this.along, length - head);
    this.size.set(HEAD_HALF * this.extent * scale, head, 1);
    this.put(this.heads, kind);
    this.count++;
  }

  commit(): void {
    for (const mesh of [this.shafts, this.heads]) {
      mesh.count = this.count;
      mesh.instanceMatrix.needsUpdate = true;
      if (mesh.instanceColor) mesh.instanceColor.needsUpdate = true;
    }
  }

  dispose(): void {
    for (const mesh of [this.shafts, this.heads]) {
      mesh.geometry.dispose();
      mesh.dispose();
    }
  }

  private put(mesh: InstancedMesh, kind: ArrowKind): void {
    this.matrix.compose(this.from, this.turn, this.size);
    mesh.setMatrixAt(this.count, this.matrix);
    mesh.setColorAt(this.count, this.colors[kind]);
  }
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
