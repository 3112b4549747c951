/** Many lines of a width in pixels in one draw call: trails, the grid. */

import { BufferGeometry, Float32BufferAttribute, type Mesh, type ShaderMaterial } from "three";
import { batchMesh, Parts } from "./batch";
import { type Look, lineMaterial } from "./shaders";

/** Two triangles: from end to end, and to either side. */
const QUAD = [0, -1, 0, 1, -1, 0, 1, 1, 0, 0, 1, 0];
const QUAD_CORNERS = [0, 1, 2, 0, 2, 3];

export class Polylines {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>;
  private readonly parts: Parts;
  private count = 0;

  constructor(
    look: Look,
    private readonly most: number,
    { width = 1, under = false } = {},
  ) {
    this.parts = new Parts(most);
    const quad = new BufferGeometry();
    quad.setAttribute("position", new Float32BufferAttribute(QUAD, 3));
    quad.setIndex(QUAD_CORNERS);
    const parts = Array.from({ length: most }, (_, part) => part);
    this.mesh = batchMesh([{ shape: quad, parts }], lineMaterial(look, this.parts, under));
    this.mesh.geometry.setDrawRange(0, 0);
    this.setWidth(width);
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
    this.parts.put(this.count, 0, ax, ay, az, 1);
    this.parts.put(this.count, 1, bx, by, bz, 1);
    this.parts.put(this.count, 2, r, g, b, opacity);
    this.count++;
  }

  /** Show what was added. */
  commit(): void {
    this.mesh.geometry.setDrawRange(0, QUAD_CORNERS.length * this.count);
    if (this.count) this.parts.commit();
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.parts.dispose();
  }
}
