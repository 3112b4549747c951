/** How much room a model and its motion take. */

import { Box3, Matrix4, Quaternion, type Vector2, Vector3 } from "three";
import { type Header, type HeaderGeom, WORLD } from "../motion/header";
import type { Pose, Recording } from "../motion/recording";

/** What flies farther than this many times the scene's own size is let go out of sight. */
const FARTHEST = 2.5;

/** Half the extent of a geom along each axis of its own frame. */
function halfOf(geom: HeaderGeom, header: Header): [number, number, number] {
  const [a = 0, b = a, c = b] = geom.size ?? [];
  switch (geom.type) {
    case "sphere":
      return [a, a, a];
    case "cylinder":
      return [a, a, b];
    case "capsule":
      return [a, a, a + b];
    case "mesh": {
      const reach = new Vector3();
      const vertices = header.meshes[geom.mesh ?? 0]?.vertices ?? [];
      vertices.forEach((value, i) => {
        const axis = i % 3;
        reach.setComponent(axis, Math.max(reach.getComponent(axis), Math.abs(value)));
      });
      return [reach.x, reach.y, reach.z];
    }
    default:
      return [a, b, c];
  }
}

/** On the rim of what is round, and at the corner of what is not. */
const ON_RIM = 0.72;
const ROUND = new Set(["sphere", "cylinder", "capsule", "ellipsoid"]);

/** What a label beside a body has to be clear of. */
export class Corners {
  private readonly parts: readonly { local: Matrix4; half: Vector3; share: number }[];
  private readonly world = new Matrix4();

  constructor(header: Header, body: number) {
    const own = header.geoms.filter((geom) => geom.body === body);
    this.parts = own.map((geom) => {
      const [w, x, y, z] = geom.quat;
      const turn = new Quaternion(x, y, z, w);
      return {
        local: new Matrix4().compose(new Vector3(...geom.pos), turn, new Vector3(1, 1, 1)),
        half: new Vector3(...halfOf(geom, header)),
        share: ROUND.has(geom.type) ? ON_RIM : 1,
      };
    });
  }

  /** Write how far to the side of the body's origin, and above or below it, it is clear, metres. */
  reach(place: Matrix4, into: Vector2): void {
    into.set(0, 0);
    for (const { local, half, share } of this.parts) {
      const { elements: e } = this.world.multiplyMatrices(place, local);
      const along = (axis: 0 | 2) => {
        const own =
          Math.abs(e[axis] as number) * half.x +
          Math.abs(e[axis + 4] as number) * half.y +
          Math.abs(e[axis + 8] as number) * half.z;
        const aside = (e[axis + 12] as number) - (place.elements[axis + 12] as number);
        return Math.abs(aside) + own * share;
      };
      into.x = Math.max(into.x, along(0));
      into.y = Math.max(into.y, along(2));
    }
  }
}

/** The largest extent of a body's geoms from its origin, metres. */
function reachOf(header: Header, body: number): number {
  let reach = 0;
  for (const geom of header.geoms) {
    if (geom.body !== body) continue;
    const [a, , c] = halfOf(geom, header);
    reach = Math.max(reach, Math.hypot(...geom.pos) + Math.max(a, c));
  }
  return reach;
}

/** What stands still, without floors that have no end. */
export function stillBounds(header: Header): Box3 {
  const box = new Box3();
  for (const geom of header.geoms) {
    if (geom.body !== WORLD || geom.type === "plane" || geom.type === "hfield") continue;
    const reach = cornersReach(geom, header);
    const centre = new Vector3(...geom.pos);
    box.expandByPoint(centre.clone().add(reach));
    box.expandByPoint(centre.sub(reach));
  }
  return box;
}

function cornersReach(geom: HeaderGeom, header: Header): Vector3 {
  const [w, x, y, z] = geom.quat;
  const [a, b, c] = halfOf(geom, header);
  const row = (p: number, q: number, r: number) =>
    Math.abs(p) * a + Math.abs(q) * b + Math.abs(r) * c;
  return new Vector3(
    row(1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
    row(2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
    row(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
  );
}

/** Bounds that grow with the motion. */
export class Extents {
  readonly box: Box3;
  private readonly reaches: number[];
  private readonly floor: number | null;
  private readonly limit = new Box3();
  private readonly point = new Vector3();

  constructor(header: Header, start: Pose) {
    this.reaches = header.bodies.map((_, body) => reachOf(header, body));
    this.box = stillBounds(header);
    const ground = header.ground === null ? undefined : header.geoms[header.ground];
    this.floor = ground ? ground.pos[2] : null;
    this.add(start, true);
    const size = this.box.getSize(new Vector3());
    const extent = Math.max(size.x, size.z, header.extent);
    this.limit.copy(this.box).expandByScalar(FARTHEST * extent);
    // A strip of floor under what lies on it.
    if (this.floor !== null && this.floor > this.box.min.z - 0.5 * extent)
      this.box.min.z = Math.min(this.box.min.z, this.floor - 0.05 * extent);
  }

  /** Make room for a pose. */
  add(pose: Pose, unlimited = false): void {
    for (let body = 0; body < this.reaches.length; body++) {
      this.point.fromArray(pose.position, 3 * body);
      if (!unlimited && !this.limit.containsPoint(this.point)) continue;
      const reach = this.reaches[body] as number;
      this.box.min.x = Math.min(this.box.min.x, this.point.x - reach);
      this.box.max.x = Math.max(this.box.max.x, this.point.x + reach);
      this.box.min.z = Math.min(this.box.min.z, this.point.z - reach);
      this.box.max.z = Math.max(this.box.max.z, this.point.z + reach);
      this.box.min.y = Math.min(this.box.min.y, this.point.y);
      this.box.max.y = Math.max(this.box.max.y, this.point.y);
    }
  }

  /** Make room for every fourth frame of a recording from one on. */
  addFrames(recording: Recording, from: number, pose: Pose): void {
    const last = recording.through(from);
    for (let frame = from; frame <= last; frame += 4)
      if (recording.frame(frame, pose)) this.add(pose);
  }
}
