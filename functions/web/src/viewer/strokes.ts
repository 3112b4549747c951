/** Springs, dampers and ropes, drawn as what they are along the way that a tendon takes. */

import {
  Color,
  CylinderGeometry,
  DynamicDrawUsage,
  Float32BufferAttribute,
  Group,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Matrix4,
  Mesh,
  Quaternion,
  type ShaderMaterial,
  Vector3,
} from "three";
import type { Header, HeaderTendon, Place, Stop } from "../motion/header";
import { WORLD } from "../motion/header";
import type { Pose } from "../motion/recording";
import { placeOf } from "../motion/track";
import { batchMesh, drawnAs, Parts } from "./batch";
import { DASHPOT_PIECES, dashpot, RUN_POINTS, ropeRun, SLACK_POINTS, slackRope } from "./outlines";
import { addOutward, coilMaterial, type Look, outlineMaterial, solidMaterial } from "./shaders";

/** A coil's radius as a part of the picture's extent, and the way between its turns in radii. */
const COIL_RADIUS = 0.026;
const COIL_PITCH = 1.25;
const MIN_TURNS = 5;
const MAX_TURNS = 18;

const COIL_SEGMENTS = 260;
const COIL_SIDES = 5;

interface Line {
  readonly tendon: HeaderTendon;
  /** The first of its pieces, and how many it may have. */
  readonly first: number;
  readonly count: number;
  /** Its length when it was drawn. */
  readonly drawn: number;
}

/** All tendons of a model that are seen. */
export class Strokes {
  readonly group = new Group();
  private readonly springs: Line[] = [];
  private readonly lines: Line[] = [];
  private readonly coils: InstancedBufferGeometry | null = null;
  private readonly sticks: Parts | null = null;
  private readonly materials: ShaderMaterial[] = [];
  private readonly points: Float32Array;
  private readonly here = new Float32Array(3);
  private readonly radius: number;

  private readonly from = new Vector3();
  private readonly to = new Vector3();
  private readonly size = new Vector3();
  private readonly turn = new Quaternion();
  private readonly matrix = new Matrix4();

  constructor(
    private readonly header: Header,
    look: Look,
    start: Pose,
  ) {
    this.radius = COIL_RADIUS * (header.extent || 1);
    let pieces = 0;
    let longest = 0;
    for (const tendon of header.tendons) {
      if (tendon.path.length < 2) continue;
      const ends = tendon.path.every((stop) => "body" in stop) && tendon.path.length === 2;
      const drawn = this.lengthOf(tendon, start);
      const count = ends && tendon.kind !== "rope" ? DASHPOT_PIECES : mostPieces(tendon);
      longest = Math.max(longest, count + 1);
      if (tendon.kind === "spring" && ends) {
        this.springs.push({ tendon, first: this.springs.length, count: 0, drawn });
        continue;
      }
      this.lines.push({ tendon, first: pieces, count, drawn });
      pieces += count;
    }
    this.points = new Float32Array(4 * Math.max(longest, DASHPOT_PIECES));
    if (this.springs.length) this.coils = this.makeCoils(look);
    if (pieces) this.sticks = this.makeSticks(look, pieces);
  }

  /** Follow the bodies. */
  update(pose: Pose): void {
    if (this.coils) {
      const a = this.coils.getAttribute("a") as InstancedBufferAttribute;
      const b = this.coils.getAttribute("b") as InstancedBufferAttribute;
      for (const { tendon, first } of this.springs) {
        this.locate(tendon.path[0] as Place, pose, a.array as Float32Array, 3 * first);
        this.locate(tendon.path[1] as Place, pose, b.array as Float32Array, 3 * first);
      }
      a.needsUpdate = true;
      b.needsUpdate = true;
    }
    if (!this.sticks) return;
    for (const line of this.lines) {
      if (line.tendon.kind === "damper" && line.tendon.path.length === 2) this.damper(line, pose);
      else this.rope(line, pose);
    }
    this.sticks.commit();
  }

  dispose(): void {
    for (const mesh of this.group.children) (mesh as Mesh).geometry.dispose();
    for (const material of this.materials) material.dispose();
    this.sticks?.dispose();
  }

  /** How long a tendon is, straight from stop to stop. */
  private lengthOf(tendon: HeaderTendon, pose: Pose): number {
    let length = 0;
    let last: [number, number, number] | null = null;
    for (const stop of tendon.path) {
      if (!("body" in stop)) continue;
      this.locate(stop, pose, this.here, 0);
      const [x = 0, y = 0, z = 0] = this.here;
      if (last) length += Math.hypot(x - last[0], y - last[1], z - last[2]);
      last = [x, y, z];
    }
    return length;
  }

  private locate({ body, pos }: Place, pose: Pose, into: Float32Array, at: number): void {
    if (body === WORLD) into.set(pos, at);
    else placeOf(pose, body, pos, into, at);
  }

  private damper({ tendon, first, drawn }: Line, pose: Pose): void {
    const a = this.planar(tendon.path[0] as Place, pose);
    const b = this.planar(tendon.path[1] as Place, pose);
    const rest = tendon.rest[1] || drawn;
    dashpot(a, b, this.radius, rest, this.points);
    for (let i = 0; i < DASHPOT_PIECES; i++) {
      const [x0 = 0, z0 = 0, x1 = 0, z1 = 0] = this.points.subarray(4 * i, 4 * i + 4);
      const head = i === 1 || i === 3;
      this.stick(first + i, x0, z0, x1, z1, tendon.width * (head ? 1.1 : 0.8));
    }
  }

  /** Straight runs and round what it wraps; one that wraps nothing hangs where it is slack. */
  private rope({ tendon, first, count }: Line, pose: Pose): void {
    let points = 0;
    let last: { x: number; z: number } | null = null;
    let around: Extract<Stop, { geom: number }> | null = null;
    for (const stop of tendon.path) {
      if (!("body" in stop)) {
        around = stop;
        continue;
      }
      const here = this.planar(stop, pose);
      const wheel: Header["geoms"][number] | undefined = around
        ? this.header.geoms[around.geom]
        : undefined;
      if (last && wheel && around?.side) {
        const centre = this.planar(wheel, pose);
        const side = this.planar(around.side, pose);
        const [radius = 0] = wheel.size ?? [];
        points += ropeRun(last, centre, radius, side, here, this.points, 2 * points);
      } else if (last && tendon.kind === "rope" && tendon.path.length === 2) {
        points += slackRope(last, here, tendon.rest[1], this.points, 2 * points);
      } else {
        this.points[2 * points] = here.x;
        this.points[2 * points + 1] = here.z;
        points++;
      }
      last = here;
      around = null;
    }
    for (let i = 0; i < count; i++) {
      const [x0 = 0, z0 = 0, x1 = x0, z1 = z0] = this.points.subarray(2 * i, 2 * i + 4);
      if (i + 1 < points) this.stick(first + i, x0, z0, x1, z1, tendon.width);
      else this.stick(first + i, 0, 0, 0, 0, 0);
    }
  }

  private planar(place: Place, pose: Pose): { x: number; z: number } {
    this.locate(place, pose, this.here, 0);
    return { x: this.here[0] as number, z: this.here[2] as number };
  }

  /** A round piece of a half thickness from one point to another. */
  private stick(i: number, x0: number, z0: number, x1: number, z1: number, half: number): void {
    if (!this.sticks) return;
    this.from.set(x0, 0, z0);
    this.to.set(x1, 0, z1).sub(this.from);
    const length = this.to.length();
    this.from.addScaledVector(this.to, 0.5);
    this.turn.setFromUnitVectors(UP, length > 0 ? this.to.divideScalar(length) : UP);
    // Pieces reach a little into each other, so that bends have no gaps.
    this.size.set(half, length + 0.6 * half, half);
    this.sticks.place(i, this.matrix.compose(this.from, this.turn, this.size));
  }

  private makeCoils(look: Look): InstancedBufferGeometry {
    const material = coilMaterial(look);
    this.materials.push(material);
    const geometry = coilTube();
    const count = this.springs.length;
    const coil = new Float32Array(3 * count);
    const tint = new Float32Array(3 * count);
    this.springs.forEach(({ tendon, drawn }, i) => {
      const rest = tendon.rest[1] || drawn;
      const turns = Math.round(rest / (COIL_PITCH * this.radius));
      const wire = Math.max(tendon.width / 2, 0.16 * this.radius);
      coil.set([this.radius, Math.min(Math.max(turns, MIN_TURNS), MAX_TURNS), wire], 3 * i);
      tint.set(tendon.rgba.slice(0, 3), 3 * i);
    });
    for (const name of ["a", "b"]) {
      const ends = new InstancedBufferAttribute(new Float32Array(3 * count), 3);
      geometry.setAttribute(name, ends.setUsage(DynamicDrawUsage));
    }
    geometry.setAttribute("coil", new InstancedBufferAttribute(coil, 3));
    geometry.setAttribute("tint", new InstancedBufferAttribute(tint, 3));
    geometry.instanceCount = count;
    const mesh = new Mesh(geometry, material);
    mesh.frustumCulled = false;
    this.group.add(mesh);
    return geometry;
  }

  private makeSticks(look: Look, pieces: number): Parts {
    const parts = new Parts(pieces);
    const color = new Color();
    for (const { tendon, first, count } of this.lines) {
      const [r, g, b] = tendon.rgba;
      for (let i = 0; i < count; i++) parts.tint(first + i, color.setRGB(r, g, b));
    }
    const material = solidMaterial(look, parts, "plain");
    const outline = outlineMaterial(look, parts);
    this.materials.push(material, outline);
    const all = Array.from({ length: pieces }, (_, part) => part);
    const shape = addOutward(new CylinderGeometry(1, 1, 1, 10));
    const sticks = batchMesh([{ shape, parts: all }], material);
    this.group.add(sticks, drawnAs(sticks, outline));
    return parts;
  }
}

const UP = new Vector3(0, 1, 0);

function mostPieces(tendon: HeaderTendon): number {
  const wheels = tendon.path.filter((stop) => "geom" in stop).length;
  return tendon.path.length + (wheels ? wheels * RUN_POINTS : SLACK_POINTS);
}

/** A tube to be bent into a coil: along x from 0 to 1, its rim in y and z. */
function coilTube(): InstancedBufferGeometry {
  const positions: number[] = [];
  const index: number[] = [];
  for (let i = 0; i <= COIL_SEGMENTS; i++) {
    for (let j = 0; j < COIL_SIDES; j++) {
      const angle = (2 * Math.PI * j) / COIL_SIDES;
      positions.push(i / COIL_SEGMENTS, Math.cos(angle), Math.sin(angle));
      if (i === COIL_SEGMENTS) continue;
      const next = (j + 1) % COIL_SIDES;
      const [p, q] = [i * COIL_SIDES, (i + 1) * COIL_SIDES];
      index.push(p + j, q + j, q + next, p + j, q + next, p + next);
    }
  }
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(positions, 3));
  geometry.setIndex(index);
  return geometry;
}
