/**
 * Many shapes in one draw call: their vertices lie one after the other, and each knows its part, by
 * which the shader looks up where it is and what colour it has.
 *
 * Not by instances: without a graphics card each instance costs as much as a draw call of its own.
 */

import {
  BufferAttribute,
  BufferGeometry,
  type Color,
  DataTexture,
  FloatType,
  type Matrix4,
  Mesh,
  NearestFilter,
  RGBAFormat,
  type ShaderMaterial,
} from "three";

/** What a part has room for: four times four numbers. */
const TEXELS = 4;
const VALUES = 4 * TEXELS;
const PARTS_A_ROW = 256;

/** Numbers of parts, as shaders read them. */
export class Parts {
  /** For a shader's `uParts`. */
  readonly uniform: { readonly value: DataTexture };
  private readonly values: Float32Array;

  constructor(count: number) {
    const rows = Math.max(1, Math.ceil(count / PARTS_A_ROW));
    const width = PARTS_A_ROW * TEXELS;
    this.values = new Float32Array(4 * width * rows);
    const texture = new DataTexture(this.values, width, rows, RGBAFormat, FloatType);
    texture.minFilter = NearestFilter;
    texture.magFilter = NearestFilter;
    this.uniform = { value: texture };
  }

  /** Where a part is: three rows of an affine matrix. */
  place(part: number, { elements }: Matrix4): void {
    const { values } = this;
    let at = VALUES * part;
    for (let row = 0; row < 3; row++)
      for (let column = 0; column < 4; column++)
        values[at++] = elements[4 * column + row] as number;
  }

  /** A colour as it is seen, and how opaque. */
  tint(part: number, { r, g, b }: Color): void {
    this.put(part, 3, r, g, b, 1);
  }

  /** Four numbers of the four times four. */
  put(part: number, texel: number, x: number, y: number, z: number, w: number): void {
    const at = VALUES * part + 4 * texel;
    this.values[at] = x;
    this.values[at + 1] = y;
    this.values[at + 2] = z;
    this.values[at + 3] = w;
  }

  /** Show what was put. */
  commit(): void {
    this.uniform.value.needsUpdate = true;
  }

  dispose(): void {
    this.uniform.value.dispose();
  }
}

/** How shaders read parts: `partOf(texel)`, `placeOf()`. */
export const PARTS = /* glsl */ `
  attribute float part;
  uniform sampler2D uParts;
  vec4 partOf(int texel) {
    int index = int(part + 0.5);
    int row = index / ${PARTS_A_ROW};
    return texelFetch(uParts, ivec2((index - row * ${PARTS_A_ROW}) * ${TEXELS} + texel, row), 0);
  }
  mat4 placeOf() {
    return transpose(mat4(partOf(0), partOf(1), partOf(2), vec4(0.0, 0.0, 0.0, 1.0)));
  }
`;

/** A shape, and the parts that look like it. */
export interface Copies {
  readonly shape: BufferGeometry;
  readonly parts: readonly number[];
}

/** One mesh of many parts. It is never left out: what is out of sight costs little. */
export function batchMesh(
  copies: readonly Copies[],
  material: ShaderMaterial,
): Mesh<BufferGeometry, ShaderMaterial> {
  const mesh = new Mesh(joined(copies), material);
  mesh.frustumCulled = false;
  return mesh;
}

/** The same parts drawn another way, such as their outlines. */
export function drawnAs(batch: Mesh<BufferGeometry>, material: ShaderMaterial): Mesh {
  const mesh = new Mesh(batch.geometry, material);
  mesh.frustumCulled = false;
  return mesh;
}

/** All copies in one geometry, in the order that they are given in; the shapes are let go. */
function joined(copies: readonly Copies[]): BufferGeometry {
  const sum = (size: (shape: BufferGeometry) => number) =>
    copies.reduce((total, { shape, parts }) => total + parts.length * size(shape), 0);
  const vertices = sum((shape) => shape.getAttribute("position").count);
  const index = new Uint32Array(sum(cornersOf));
  const partOf = new Float32Array(vertices);
  const names = ["position", "normal", "outward"].filter((name) =>
    copies.some(({ shape }) => shape.hasAttribute(name)),
  );
  const attributes = names.map(() => new Float32Array(3 * vertices));
  let vertex = 0;
  let corner = 0;
  for (const { shape, parts } of copies) {
    const count = shape.getAttribute("position").count;
    for (const part of parts) {
      names.forEach((name, i) => {
        const own = shape.getAttribute(name);
        if (own) attributes[i]?.set(own.array.subarray(0, 3 * count), 3 * vertex);
      });
      partOf.fill(part, vertex, vertex + count);
      for (let i = 0; i < cornersOf(shape); i++)
        index[corner++] = vertex + (shape.index ? shape.index.getX(i) : i);
      vertex += count;
    }
    shape.dispose();
  }
  const geometry = new BufferGeometry();
  names.forEach((name, i) => {
    geometry.setAttribute(name, new BufferAttribute(attributes[i] as Float32Array, 3));
  });
  geometry.setAttribute("part", new BufferAttribute(partOf, 1));
  geometry.setIndex(new BufferAttribute(index, 1));
  return geometry;
}

function cornersOf(shape: BufferGeometry): number {
  return shape.index?.count ?? shape.getAttribute("position").count;
}
