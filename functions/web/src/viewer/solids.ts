/** Bodies and what stands still: one instanced mesh for each kind of shape. */

import {
  BoxGeometry,
  type BufferGeometry,
  CapsuleGeometry,
  Color,
  CylinderGeometry,
  DynamicDrawUsage,
  Float32BufferAttribute,
  Group,
  InstancedMesh,
  Matrix4,
  PlaneGeometry,
  Quaternion,
  type ShaderMaterial,
  SphereGeometry,
  Vector3,
} from "three";
import { type Header, type HeaderGeom, type HeaderMesh, WORLD } from "../motion/header";
import type { Pose } from "../motion/recording";
import { addOutward, flatMaterial, type Look, outlineMaterial, solidMaterial } from "./shaders";

interface Part {
  readonly geom: HeaderGeom;
  /** Its place in its body, with its size. */
  readonly local: Matrix4;
}

interface Moving {
  readonly mesh: InstancedMesh;
  /** Parts whose body moves, with the index of their instance. */
  readonly parts: readonly Part[];
}

/** All solids of a model; `group` is what to show. */
export class Solids {
  readonly group = new Group();
  private readonly moving: Moving[] = [];
  private readonly bodies: Matrix4[];
  private readonly materials: ShaderMaterial[] = [];
  private readonly world = new Matrix4();
  private readonly place = new Vector3();
  private readonly turn = new Quaternion();
  private readonly one = new Vector3(1, 1, 1);

  constructor(
    private readonly header: Header,
    look: Look,
  ) {
    this.bodies = header.bodies.map(() => new Matrix4());
    const still = this.keep(solidMaterial(look, "still"));
    const plain = this.keep(solidMaterial(look, "plain", true));
    const round = this.keep(solidMaterial(look, "round", true));
    const wheel = this.keep(solidMaterial(look, "round"));
    const outline = this.keep(outlineMaterial(look, true));
    const rim = this.keep(outlineMaterial(look));
    const wheels = wrappedWheels(header);
    const kinds = new Map<string, { material: ShaderMaterial; parts: Part[] }>();
    header.geoms.forEach((geom, index) => {
      if (geom.type === "plane" || geom.type === "hfield") return;
      const fixed = geom.body === WORLD;
      const material = fixed ? (wheels.has(index) ? wheel : still) : isRound(geom) ? round : plain;
      const key = `${shapeKey(geom)}/${this.materials.indexOf(material)}`;
      const kind = kinds.get(key) ?? { material, parts: [] };
      kind.parts.push({ geom, local: localMatrix(geom) });
      kinds.set(key, kind);
    });
    for (const { material, parts } of kinds.values())
      this.add(parts, material, parts[0]?.geom.body === WORLD ? rim : outline);
    for (const geom of header.geoms)
      if (geom.type === "plane") this.group.add(floorOf(geom, header, look, still));
  }

  /** Put all bodies where they are. */
  update(pose: Pose): void {
    for (let body = 0; body < this.bodies.length; body++) {
      this.place.fromArray(pose.position, 3 * body);
      const q = 4 * body;
      const { quaternion } = pose;
      this.turn.set(
        quaternion[q + 1] as number,
        quaternion[q + 2] as number,
        quaternion[q + 3] as number,
        quaternion[q] as number,
      );
      (this.bodies[body] as Matrix4).compose(this.place, this.turn, this.one);
    }
    for (const { mesh, parts } of this.moving) {
      parts.forEach(({ geom, local }, i) => {
        this.world.multiplyMatrices(this.bodies[geom.body] as Matrix4, local);
        this.world.toArray(mesh.instanceMatrix.array, 16 * i);
      });
      mesh.instanceMatrix.needsUpdate = true;
    }
  }

  /** Where a body is: its matrix, as of the last update. */
  matrixOf(body: number): Matrix4 {
    return this.bodies[body] as Matrix4;
  }

  /** The meshes that a pointer may hit, and the body of each instance. */
  *touchable(): Iterable<{ mesh: InstancedMesh; bodyOf: (instance: number) => number }> {
    for (const { mesh, parts } of this.moving)
      yield { mesh, bodyOf: (instance) => parts[instance]?.geom.body ?? WORLD };
  }

  dispose(): void {
    this.group.traverse((object) => {
      if (object instanceof InstancedMesh) {
        object.geometry.dispose();
        object.dispose();
      }
    });
    for (const material of this.materials) material.dispose();
  }

  private keep(material: ShaderMaterial): ShaderMaterial {
    this.materials.push(material);
    return material;
  }

  private add(parts: Part[], material: ShaderMaterial, outline: ShaderMaterial): void {
    const [first] = parts;
    if (!first) return;
    const geometry = shapeOf(first.geom, this.header.meshes);
    const mesh = new InstancedMesh(geometry, material, parts.length);
    const rim = new InstancedMesh(geometry, outline, parts.length);
    const color = new Color();
    parts.forEach(({ geom, local }, i) => {
      mesh.setMatrixAt(i, local);
      const [r, g, b] = geom.rgba;
      mesh.setColorAt(i, color.setRGB(r, g, b));
    });
    rim.instanceMatrix = mesh.instanceMatrix;
    rim.instanceColor = mesh.instanceColor;
    for (const one of [mesh, rim]) {
      one.frustumCulled = false;
      this.group.add(one);
    }
    if (first.geom.body === WORLD) return;
    mesh.instanceMatrix.setUsage(DynamicDrawUsage);
    this.moving.push({ mesh, parts });
  }
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
function shapeOf(geom: HeaderGeom, meshes: readonly HeaderMesh[]): BufferGeometry {
  const [a = 1, b = 1] = geom.size ?? [];
  switch (geom.type) {
    case "sphere":
    case "ellipsoid":
      // Its poles lie along y: from the front it is seen evenly cut.
      return addOutward(new SphereGeometry(1, 40, 24));
    case "cylinder":
      return addOutward(new CylinderGeometry(1, 1, 2, 48));
    case "capsule":
      return addOutward(new CapsuleGeometry(a, 2 * b, 8, 24).rotateX(Math.PI / 2));
    case "mesh":
      return meshShape(meshes[geom.mesh ?? 0]);
    default:
      return addOutward(new BoxGeometry(2, 2, 2), true);
  }
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

/** A floor: its surface, and from the front a hatched edge below it. */
function floorOf(geom: HeaderGeom, header: Header, look: Look, still: ShaderMaterial): Group {
  const [w, x, y, z] = geom.quat;
  const [sizeX = 0, sizeY = 0] = geom.size ?? [];
  const extent = header.extent || 1;
  const [halfX, halfY] = [sizeX, sizeY].map((size) => (size > 0 ? size : 4 * extent)) as [
    number,
    number,
  ];
  const depth = FLOOR_DEPTH * extent;
  const slab = new InstancedMesh(addOutward(new BoxGeometry(2, 2, 2), true), still, 1);
  const group = new Group();
  group.position.set(...geom.pos);
  group.quaternion.set(x, y, z, w);
  slab.setMatrixAt(
    0,
    new Matrix4().compose(
      new Vector3(0, 0, -depth / 2),
      new Quaternion(),
      new Vector3(halfX, halfY, depth / 2),
    ),
  );
  const [r, g, b] = geom.rgba;
  slab.setColorAt(0, new Color().setRGB(r, g, b));
  const edge = new InstancedMesh(new BoxGeometry(2, 2, 2), flatMaterial(1, true), 1);
  // From the front the surface is a line, a little nearer than the slab.
  const line = 0.0022 * extent;
  edge.setMatrixAt(
    0,
    new Matrix4().compose(
      new Vector3(0, -halfY - line, -line),
      new Quaternion(),
      new Vector3(halfX, line, line),
    ),
  );
  edge.setColorAt(0, new Color().setRGB(0.36, 0.36, 0.38));
  for (const mesh of [slab, edge]) {
    mesh.frustumCulled = false;
    group.add(mesh);
  }
  look.hatch.value = 0.022 * extent;
  return group;
}
