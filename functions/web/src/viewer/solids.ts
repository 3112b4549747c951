/** Bodies and what stands still: one draw call for each way that they look, and one for its outlines. */

import {
  BoxGeometry,
  type BufferGeometry,
  CapsuleGeometry,
  Color,
  CylinderGeometry,
  Float32BufferAttribute,
  Group,
  type Intersection,
  Matrix4,
  Mesh,
  PlaneGeometry,
  Quaternion,
  type Raycaster,
  type ShaderMaterial,
  SphereGeometry,
  Vector3,
} from "three";
import { type Header, type HeaderGeom, type HeaderMesh, WORLD } from "../motion/header";
import type { Pose } from "../motion/recording";
import { batchMesh, type Copies, drawnAs, Parts } from "./batch";
import { addOutward, flatMaterial, type Look, outlineMaterial, solidMaterial } from "./shaders";

/** Of a body. */
interface Moving {
  readonly part: number;
  readonly body: number;
  /** Its place in its body, with its size. */
  readonly local: Matrix4;
  readonly shape: BufferGeometry;
}

/** What shares a material. */
type Manner = "plain" | "box" | "round" | "still" | "wheel" | "edge";

/** All solids of a model; `group` is what to show. */
export class Solids {
  readonly group = new Group();
  private readonly moving: Moving[] = [];
  private readonly bodies: Matrix4[];
  private readonly parts: Parts;
  private readonly world = new Matrix4();
  private readonly place = new Vector3();
  private readonly turn = new Quaternion();
  private readonly one = new Vector3(1, 1, 1);
  private readonly probe = new Mesh();
  private readonly hits: Intersection[] = [];

  constructor(
    private readonly header: Header,
    private readonly look: Look,
  ) {
    this.bodies = header.bodies.map(() => new Matrix4());
    const planes = header.geoms.filter(({ type }) => type === "plane");
    this.parts = new Parts(header.geoms.length + planes.length * FLOOR_PARTS);
    const shapes = this.gatherGeoms();
    planes.forEach((geom, i) => {
      this.addFloor(geom, header.geoms.length + i * FLOOR_PARTS, shapes);
    });
    for (const [manner, copies] of shapes) this.show(manner, [...copies.values()]);
    this.parts.commit();
  }

  /** Put all bodies where they are. */
  update({ position, quaternion }: Pose): void {
    for (let body = 0; body < this.bodies.length; body++) {
      this.place.fromArray(position, 3 * body);
      const q = 4 * body;
      this.turn.set(
        quaternion[q + 1] as number,
        quaternion[q + 2] as number,
        quaternion[q + 3] as number,
        quaternion[q] as number,
      );
      (this.bodies[body] as Matrix4).compose(this.place, this.turn, this.one);
    }
    for (const { part, body, local } of this.moving)
      this.parts.place(part, this.world.multiplyMatrices(this.bodies[body] as Matrix4, local));
    this.parts.commit();
  }

  /** Where a body is: its matrix, as of the last update. */
  matrixOf(body: number): Matrix4 {
    return this.bodies[body] as Matrix4;
  }

  /** The body that a ray meets first, and where. */
  pick(ray: Raycaster): { body: number; point: Vector3 } | null {
    let best: { body: number; point: Vector3; distance: number } | null = null;
    for (const { body, local, shape } of this.moving) {
      this.probe.geometry = shape;
      this.probe.matrixWorld.multiplyMatrices(this.bodies[body] as Matrix4, local);
      this.hits.length = 0;
      this.probe.raycast(ray, this.hits);
      for (const { point, distance } of this.hits)
        if (!best || distance < best.distance) best = { body, point, distance };
    }
    return best;
  }

  dispose(): void {
    for (const child of this.group.children) {
      const { geometry, material } = child as Mesh<BufferGeometry, ShaderMaterial>;
      geometry.dispose();
      material.dispose();
    }
    this.parts.dispose();
  }

  /** Every geom's shape, by how it looks and by what it is a copy of. */
  private gatherGeoms(): Map<Manner, Map<string, GatheredCopies>> {
    const { header, parts } = this;
    const shapes = new Map<Manner, Map<string, GatheredCopies>>();
    const wheels = wrappedWheels(header);
    const detail = detailFor(header.geoms.length);
    header.geoms.forEach((geom, part) => {
      if (geom.type === "plane" || geom.type === "hfield") return;
      const { body } = geom;
      const standing = wheels.has(part) ? "wheel" : "still";
      const manner = body === WORLD ? standing : mannerOf(geom);
      const key = shapeKey(geom);
      const copies = gather(shapes, manner, key, () => shapeOf(geom, header.meshes, detail));
      copies.parts.push(part);
      const local = localMatrix(geom);
      parts.place(part, local);
      parts.tint(part, colorOf(geom));
      if (body !== WORLD) this.moving.push({ part, body, local, shape: copies.shape });
    });
    return shapes;
  }

  /** A floor: its surface, and from the front a hatched edge below it. */
  private addFloor(
    geom: HeaderGeom,
    part: number,
    shapes: Map<Manner, Map<string, GatheredCopies>>,
  ): void {
    const extent = this.header.extent || 1;
    const [w, x, y, z] = geom.quat;
    const frame = new Matrix4().compose(
      new Vector3(...geom.pos),
      new Quaternion(x, y, z, w),
      this.one,
    );
    const [halfX, halfY] = [geom.size?.[0] ?? 0, geom.size?.[1] ?? 0].map((size) =>
      size > 0 ? size : 4 * extent,
    ) as [number, number];
    const depth = FLOOR_DEPTH * extent;
    // From the front the surface is a line, a little nearer than the slab.
    const line = FLOOR_LINE * extent;
    const box = (pos: Vector3, half: Vector3) =>
      new Matrix4().compose(pos, new Quaternion(), half).premultiply(frame);
    const slab = box(new Vector3(0, 0, -depth / 2), new Vector3(halfX, halfY, depth / 2));
    const edge = box(new Vector3(0, -halfY - line, -line), new Vector3(halfX, line, line));
    for (const [manner, place, color, at] of [
      ["still", slab, colorOf(geom), part],
      ["edge", edge, EDGE_COLOR, part + 1],
    ] as const) {
      gather(shapes, manner, "box", boxShape).parts.push(at);
      this.parts.place(at, place);
      this.parts.tint(at, color);
    }
  }

  private show(manner: Manner, copies: Copies[]): void {
    const { look, parts } = this;
    if (manner === "edge") {
      this.group.add(batchMesh(copies, flatMaterial(parts, 1, true)));
      return;
    }
    const moves = manner !== "still" && manner !== "wheel";
    const kind = manner === "wheel" ? "round" : manner;
    const mesh = batchMesh(copies, solidMaterial(look, parts, kind, moves));
    this.group.add(mesh);
    if (manner !== "box") this.group.add(drawnAs(mesh, outlineMaterial(look, parts, moves)));
  }
}

interface GatheredCopies {
  readonly shape: BufferGeometry;
  readonly parts: number[];
}

/** The copies of a shape that look alike; made with the first. */
function gather(
  shapes: Map<Manner, Map<string, GatheredCopies>>,
  manner: Manner,
  key: string,
  shape: () => BufferGeometry,
): GatheredCopies {
  const alike = shapes.get(manner) ?? new Map<string, GatheredCopies>();
  shapes.set(manner, alike);
  const copies = alike.get(key) ?? { shape: shape(), parts: [] };
  alike.set(key, copies);
  return copies;
}

function colorOf({ rgba: [r, g, b] }: HeaderGeom): Color {
  return new Color().setRGB(r, g, b);
}

/** Parts of the circle that round shapes have where there are few of them, and where there are many. */
const FINEST = 40;
const COARSEST = 16;
/** More than so many are each small on the screen. */
const FEW = 20;

/** How finely round shapes are cut, by how many shapes there are in all. */
function detailFor(count: number): number {
  return Math.round(Math.max(COARSEST, FINEST * Math.min(1, Math.sqrt(FEW / Math.max(count, 1)))));
}

function mannerOf(geom: HeaderGeom): "plain" | "box" | "round" {
  if (geom.type === "box") return "box";
  return isRound(geom) ? "round" : "plain";
}

function isRound(geom: HeaderGeom): boolean {
  return geom.type === "sphere" || (geom.type === "cylinder" && !isThin(geom));
}

/** A cylinder that is a rod rather than a disc. */
function isThin(geom: HeaderGeom): boolean {
  const [radius = 1, half = 1] = geom.size ?? [];
  return half > 2 * radius;
}

/** Wheels that ropes are wound round look like wheels even where they stand still. */
function wrappedWheels(header: Header): Set<number> {
  const wrapped = new Set<number>();
  for (const { path } of header.tendons)
    for (const stop of path) if ("geom" in stop) wrapped.add(stop.geom);
  return wrapped;
}

function shapeKey(geom: HeaderGeom): string {
  if (geom.type === "mesh") return `mesh ${geom.mesh}`;
  // A capsule's caps do not scale with its length.
  if (geom.type === "capsule") return `capsule ${(geom.size ?? []).join(" ")}`;
  return geom.type === "ellipsoid" ? "sphere" : geom.type;
}

/** Shapes of unit size, or of their own where they can't be scaled. Round ones face along y. */
function shapeOf(geom: HeaderGeom, meshes: readonly HeaderMesh[], detail: number): BufferGeometry {
  const [a = 1, b = 1] = geom.size ?? [];
  switch (geom.type) {
    case "sphere":
    case "ellipsoid":
      // Its poles lie along y: from the front it is seen evenly cut.
      return addOutward(new SphereGeometry(1, detail, Math.round(0.6 * detail)));
    case "cylinder":
      return addOutward(new CylinderGeometry(1, 1, 2, Math.round(1.2 * detail)));
    case "capsule":
      return addOutward(
        new CapsuleGeometry(a, 2 * b, Math.round(0.2 * detail), Math.round(0.6 * detail)).rotateX(
          Math.PI / 2,
        ),
      );
    case "mesh":
      return meshShape(meshes[geom.mesh ?? 0]);
    default:
      return boxShape();
  }
}

function boxShape(): BufferGeometry {
  return addOutward(new BoxGeometry(2, 2, 2), true);
}

function meshShape(mesh: HeaderMesh | undefined): BufferGeometry {
  const flat = new PlaneGeometry();
  flat.deleteAttribute("uv");
  flat.deleteAttribute("normal");
  flat.setIndex(null);
  const corners: number[] = [];
  for (const vertex of mesh?.faces ?? [])
    for (let axis = 0; axis < 3; axis++) corners.push(mesh?.vertices[3 * vertex + axis] ?? 0);
  flat.setAttribute("position", new Float32BufferAttribute(corners, 3));
  // Without an index every face has a normal of its own: edges stay sharp.
  flat.computeVertexNormals();
  return addOutward(flat, true);
}

/** A geom's frame in its body, and its size. A cylinder's axis is z in MJCF and y in three.js. */
function localMatrix(geom: HeaderGeom): Matrix4 {
  const [w, x, y, z] = geom.quat;
  const [a = 1, b = a, c = b] = geom.size ?? [];
  const turn = new Quaternion(x, y, z, w);
  const size = new Vector3(1, 1, 1);
  if (geom.type === "sphere") size.setScalar(a);
  else if (geom.type === "cylinder") {
    turn.multiply(new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), Math.PI / 2));
    size.set(a, b, a);
  } else if (geom.type === "box" || geom.type === "ellipsoid") size.set(a, b, c);
  return new Matrix4().compose(new Vector3(...geom.pos), turn, size);
}

/** Depth of the hatched edge of a floor, as a part of the picture's extent. */
const FLOOR_DEPTH = 0.03;
/** Half the thickness of the line along its surface. */
const FLOOR_LINE = 0.0022;
/** A slab and its edge. */
const FLOOR_PARTS = 2;
const EDGE_COLOR = new Color().setRGB(0.36, 0.36, 0.38);
