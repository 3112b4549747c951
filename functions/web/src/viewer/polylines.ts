/** Many lines of a width in pixels in one draw call: trails, the grid. */

import {
  DynamicDrawUsage,
  Float32BufferAttribute,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  type ShaderMaterial,
} from "three";
import { type Look, lineMaterial } from "./shaders";

export class Polylines {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  private readonly a: InstancedBufferAttribute;
  private readonly b: InstancedBufferAttribute;
  private readonly tint: InstancedBufferAttribute;
  private count = 0;

  constructor(
    look: Look,
    private readonly most: number,
    { width = 1, under = false } = {},
  ) {
    const geometry = new InstancedBufferGeometry();
    const corners = [0, -1, 0, 1, -1, 0, 1, 1, 0, 0, 1, 0];
    geometry.setAttribute("position", new Float32BufferAttribute(corners, 3));
    geometry.setIndex([0, 1, 2, 0, 2, 3]);
    const attribute = (size: number) =>
      new InstancedBufferAttribute(new Float32Array(size * most), size).setUsage(DynamicDrawUsage);
    this.a = attribute(3);
    this.b = attribute(3);
    this.tint = attribute(4);
    geometry.setAttribute("a", this.a);
    geometry.setAttribute("b", this.b);
    geometry.setAttribute("tint", this.tint);
    geometry.instanceCount = 0;
    const material = lineMaterial(look, under);
    (material.uniforms.uWidth as { value: number }).value = width;
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
  }

  setWidth(pixels: number): void {
    (this.mesh.material.uniforms.uWidth as { value: number }).value = pixels;
  }

  /** Begin anew. */
  clear(): void {
    this.count = 0;
  }

  /** Add a line; what is more than there is room for is left out. */
  add(
    ax: number,
    ay: number,
    az: number,
    bx: number,
    by: number,
    bz: number,
    r: number,
    g: number,
    b: number,
    opacity: number,
  ): void {
    if (this.count >= this.most) return;
    this.a.setXYZ(this.count, ax, ay, az);
    this.b.setXYZ(this.count, bx, by, bz);
    this.tint.setXYZW(this.count, r, g, b, opacity);
    this.count++;
  }

  /** Show what was added. */
  commit(): void {
    this.mesh.geometry.instanceCount = this.count;
    for (const attribute of [this.a, this.b, this.tint]) {
      attribute.clearUpdateRanges();
      attribute.addUpdateRange(0, this.count * attribute.itemSize);
      attribute.needsUpdate = true;
    }
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}
