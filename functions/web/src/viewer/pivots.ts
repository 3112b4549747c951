/** A ring at each hinge, always on top. */

import {
  type Color,
  InstancedMesh,
  Matrix4,
  Object3D,
  Quaternion,
  RingGeometry,
  Vector3,
} from "three";
import { type Header, type HeaderJoint, WORLD } from "../motion/header";
import type { Pose } from "../motion/recording";
import { placeOf } from "../motion/track";
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
  readonly group = new Object3D();
  private readonly joints: readonly HeaderJoint[];
  private readonly meshes: InstancedMesh[];
  private readonly at = new Float32Array(3);
  private readonly place = new Vector3();
  private readonly matrix = new Matrix4();
  private readonly size = new Vector3();

  constructor(header: Header, ink: Color, paper: Color) {
    this.joints = hingesOf(header);
    const r = RADIUS * (header.extent || 1);
    this.size.set(r, r, r);
    const material = flatMaterial(1);
    this.meshes = [new RingGeometry(0, 1, 28), new RingGeometry(0, 0.6, 28)].map((ring, layer) => {
      const mesh = new InstancedMesh(ring, material, Math.max(1, this.joints.length));
      mesh.count = this.joints.length;
      for (let i = 0; i < mesh.count; i++) mesh.setColorAt(i, layer ? paper : ink);
      mesh.frustumCulled = false;
      mesh.renderOrder = 10 + layer;
      this.group.add(mesh);
      return mesh;
    });
  }

  update(pose: Pose): void {
    this.joints.forEach(({ body, pos }, i) => {
      if (body === WORLD) this.at.set(pos);
      else placeOf(pose, body, pos, this.at);
      this.place.fromArray(this.at);
      this.matrix.compose(this.place, FACING, this.size);
      for (const mesh of this.meshes) mesh.setMatrixAt(i, this.matrix);
    });
    for (const mesh of this.meshes) mesh.instanceMatrix.needsUpdate = true;
  }

  dispose(): void {
    for (const mesh of this.meshes) {
      mesh.geometry.dispose();
      mesh.dispose();
    }
  }
}

/** From the xy plane to the drawing's. */
const FACING = new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), Math.PI / 2);
