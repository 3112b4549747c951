/** A ring at each hinge, always on top. */

import {
  type BufferGeometry,
  type Color,
  Matrix4,
  type Mesh,
  Quaternion,
  RingGeometry,
  type ShaderMaterial,
  Vector3,
} from "three";
import { type Header, type HeaderJoint, WORLD } from "../motion/header";
import type { Pose } from "../motion/recording";
import { placeOf } from "../motion/track";
import { batchMesh, Parts } from "./batch";
import { flatMaterial } from "./shaders";

const RADIUS = 0.009;

/** Hinges that hold something: not those that only let a free body turn. */
export function hingesOf(header: Header): HeaderJoint[] {
  const sliding = new Set(
    header.joints.filter(({ type }) => type === "slide").map(({ body }) => body),
  );
  return header.joints.filter(({ type, body }) => type === "hinge" && !sliding.has(body));
}

export class Pivots {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>;
  private readonly joints: readonly HeaderJoint[];
  private readonly parts: Parts;
  private readonly at = new Float32Array(3);
  private readonly place = new Vector3();
  private readonly matrix = new Matrix4();
  private readonly size = new Vector3();

  constructor(header: Header, ink: Color, paper: Color) {
    this.joints = hingesOf(header);
    const r = RADIUS * (header.extent || 1);
    this.size.set(r, r, r);
    const count = this.joints.length;
    this.parts = new Parts(2 * count);
    // The paper of all of them after their ink, and so over it.
    const [inked, blank] = [0, count].map((first) => this.joints.map((_, i) => first + i));
    this.mesh = batchMesh(
      [
        { shape: new RingGeometry(0, 1, 28), parts: inked ?? [] },
        { shape: new RingGeometry(0, 0.6, 28), parts: blank ?? [] },
      ],
      flatMaterial(this.parts),
    );
    this.mesh.renderOrder = 10;
    for (const part of inked ?? []) this.parts.tint(part, ink);
    for (const part of blank ?? []) this.parts.tint(part, paper);
  }

  update(pose: Pose): void {
    const count = this.joints.length;
    this.joints.forEach(({ body, pos }, i) => {
      if (body === WORLD) this.at.set(pos);
      else placeOf(pose, body, pos, this.at);
      this.place.fromArray(this.at);
      this.matrix.compose(this.place, FACING, this.size);
      this.parts.place(i, this.matrix);
      this.parts.place(count + i, this.matrix);
    });
    this.parts.commit();
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.parts.dispose();
  }
}

/** From the xy plane to the drawing's. */
const FACING = new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), Math.PI / 2);
