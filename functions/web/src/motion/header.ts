/**
 * The play header, as `functions/physics/header.py` writes it: all that a viewer needs beside the
 * frames. Metres; quaternions scalar first; colours 0 to 1. Body -1 is the world.
 */

export const WORLD = -1;

export type Triple = readonly [number, number, number];
export type Quaternion = readonly [number, number, number, number];
export type Rgba = readonly [number, number, number, number];

export interface HeaderBody {
  readonly name: string;
  readonly mass: number;
  /** Centre of mass, in the body's frame. */
  readonly com: Triple;
  /** The body that it hangs on. */
  readonly parent?: number;
  /** Principal moments about it, kg m². */
  readonly inertia?: Triple;
  /** The frame of those moments, in the body's. */
  readonly inertia_quat?: Quaternion;
}

export type GeomType =
  | "plane"
  | "hfield"
  | "sphere"
  | "capsule"
  | "ellipsoid"
  | "cylinder"
  | "box"
  | "mesh";

export interface HeaderGeom {
  readonly body: number;
  readonly type: GeomType;
  readonly size?: readonly number[];
  readonly mesh?: number;
  readonly pos: Triple;
  readonly quat: Quaternion;
  readonly rgba: Rgba;
  readonly name?: string;
  readonly material?: string;
}

export interface HeaderMesh {
  readonly vertices: readonly number[];
  readonly faces: readonly number[];
}

export interface HeaderJoint {
  readonly name: string;
  readonly type: "free" | "ball" | "slide" | "hinge";
  readonly body: number;
  readonly pos: Triple;
  readonly axis: Triple;
}

/** A point that moves with a body. */
export interface Place {
  readonly body: number;
  readonly pos: Triple;
}

export interface HeaderSite extends Place {
  readonly name: string;
  readonly shown: boolean;
}

/** A stop on a tendon's way: a point, or a geom it is wound round on the side of a point. */
export type Stop = Place | { readonly geom: number; readonly side: Place | null };

export interface HeaderTendon {
  readonly name: string;
  readonly kind: "spring" | "damper" | "rope";
  readonly width: number;
  readonly rgba: Rgba;
  readonly stiffness: number;
  readonly damping: number;
  /** The shortest and the longest length without force. */
  readonly rest: readonly [number, number];
  readonly path: readonly Stop[];
}

/** A constant push on a body: its direction stays as it is in the world. */
export interface HeaderForce {
  readonly name: string;
  readonly body: number;
  readonly pos: Triple;
  /** Newtons. */
  readonly force: Triple;
}

export interface Header {
  readonly version: number;
  readonly model: string;
  readonly duration: number;
  readonly fps: number;
  readonly frames: number;
  readonly timestep: number;
  readonly gravity: Triple;
  readonly center: Triple;
  readonly extent: number;
  readonly ground: number | null;
  readonly bodies: readonly HeaderBody[];
  readonly geoms: readonly HeaderGeom[];
  readonly meshes: readonly HeaderMesh[];
  readonly joints: readonly HeaderJoint[];
  readonly sites: readonly HeaderSite[];
  readonly tendons: readonly HeaderTendon[];
  readonly forces?: readonly HeaderForce[];
}

const HEADER_VERSION = 1;

/** A header that this page can't show. */
export class BadHeader extends Error {
  override readonly name = "BadHeader";
}

/**
 * A header that came from the service, checked as far as the page relies on it.
 *
 * @throws {BadHeader} a list is missing, or it is of another version.
 */
export function readHeader(value: unknown): Header {
  const header = value as Partial<Header> | null;
  if (typeof header !== "object" || header === null) throw new BadHeader("it is no object");
  if (header.version !== HEADER_VERSION) throw new BadHeader(`version ${header.version}`);
  for (const list of ["bodies", "geoms", "meshes", "joints", "sites", "tendons"] as const)
    if (!Array.isArray(header[list])) throw new BadHeader(`it has no ${list}`);
  const { fps, frames, duration } = header;
  if (!((fps ?? 0) > 0 && (frames ?? 0) > 0 && (duration ?? -1) >= 0))
    throw new BadHeader("its times are out of range");
  return header as Header;
}

/** Whether nothing leaves the plane of the drawing: what moves slides along x or z, or turns about y. */
export function isPlanar(header: Header): boolean {
  return (
    header.joints.length > 0 &&
    header.joints.every(({ type, axis: [x, y, z] }) => {
      if (type === "slide") return Math.abs(y) < 1e-6;
      return type === "hinge" && Math.abs(x) < 1e-6 && Math.abs(z) < 1e-6;
    })
  );
}
