/** The scene of one model, drawn by WebGL: given a pose, it shows it. Knows nothing of time. */

import {
  type Box3,
  Color,
  type Matrix4,
  Raycaster,
  Scene,
  type Texture,
  Vector2,
  Vector3,
  WebGLRenderer,
} from "three";
import { type Header, isPlanar } from "../motion/header";
import { newPose, type Pose } from "../motion/recording";
import { Arrows } from "./arrows";
import { Backdrop } from "./backdrop";
import { Camera } from "./camera";
import { openContext } from "./context";
import { Dynamics, type Motion } from "./dynamics";
import { Corners, Extents } from "./extents";
import { Grid } from "./grid";
import { Labels, type LabelText } from "./labels";
import { Pivots } from "./pivots";
import { Polylines } from "./polylines";
import { type Look, newLook } from "./shaders";
import { Sharpness } from "./sharpness";
import type { Sheet } from "./sheet";
import { Solids } from "./solids";
import { Strokes } from "./strokes";
import { Trails } from "./trails";

/** What is shown beside the bodies themselves. */
export interface Show {
  readonly velocity: boolean;
  readonly force: boolean;
  readonly contact: boolean;
  readonly trails: boolean;
  readonly labels: boolean;
  readonly grid: boolean;
  readonly drawing: "off" | "behind" | "beside";
}

/** What is held: a point of a body, in its frame, and where it is pulled to, in the world. */
export interface Grip {
  readonly body: number;
  readonly local: Vector3;
  readonly target: Vector3;
}

export const DEFAULT_SHOW: Show = {
  velocity: false,
  force: false,
  contact: false,
  trails: true,
  labels: true,
  grid: true,
  drawing: "off",
};

/** The longest arrows as parts of the extent: the fastest body's, and the heaviest's weight. */
const FASTEST_ARROW = 0.22;
const WEIGHT_ARROW = 0.17;
const LONGEST_ARROW = 0.45;
/** Deeper than anything that stands still, as a part of the extent. */
const LIFT = 0.4;
/** Arrows for more bodies than this hide what they are about. */
const MOST_ARROWS = 400;

interface Model {
  readonly header: Header;
  readonly solids: Solids;
  readonly strokes: Strokes;
  readonly pivots: Pivots;
  readonly arrows: Arrows;
  readonly trails: Trails;
  readonly dynamics: Dynamics;
  readonly extents: Extents;
  readonly corners: readonly Corners[];
  readonly grip: Polylines;
}

export class Stage {
  readonly camera: Camera;
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly look: Look = newLook();
  private readonly grid: Grid;
  private readonly labels: Labels;
  private model: Model | null = null;
  private backdrop: Backdrop | null = null;
  private drawingOffset: [number, number] = [0, 0];
  private show: Show = DEFAULT_SHOW;
  private pose: Pose = newPose(0);
  private latest: { motion: Motion; time: number } | null = null;
  private width = 1;
  private height = 1;
  private pixelRatio = 1;
  private readonly sharpness: Sharpness;
  private dark = false;
  private dirty = true;
  private restedMs = 0;
  private followed: number | null = null;
  private grip: Grip | null = null;
  private fastest = 0;
  private readonly point = new Vector3();
  private readonly vector = new Float64Array(3);

  /** @param coveredTop - CSS pixels at the top of the canvas that something else covers. */
  constructor(
    readonly canvas: HTMLCanvasElement,
    layer: HTMLElement,
    private readonly coveredTop = 0,
  ) {
    const { context, smooths } = openContext(canvas);
    this.sharpness = new Sharpness(smooths);
    this.renderer = new WebGLRenderer({ canvas, context });
    this.renderer.sortObjects = true;
    this.camera = new Camera(canvas, () => this.touch());
    this.labels = new Labels(layer);
    this.grid = new Grid(this.look);
    this.scene.add(this.grid.lines.mesh);
  }

  /** Draw again, even if nothing moved. */
  touch(): void {
    this.dirty = true;
  }

  /** The colours of paper and ink. */
  setColors(paper: Color, ink: Color): void {
    this.look.paper.value.copy(paper);
    this.look.ink.value.copy(ink);
    this.dark = paper.r + paper.g + paper.b < 1.5;
    this.renderer.setClearColor(plainly(paper), 1);
    if (this.model) this.rebuildPivots(this.model);
    this.touch();
  }

  resize(width: number, height: number, pixelRatio: number): void {
    if (width < 1 || height < 1) return;
    this.width = width;
    this.height = height;
    this.pixelRatio = pixelRatio;
    this.camera.resize(width, height, this.coveredTop);
    this.sharpen();
  }

  /** After frames were drawn: at three in four of the latest, the wait was no longer than this, ms. */
  noteWait(wait: number): void {
    if (this.sharpness.check(wait)) this.sharpen();
  }

  /** Keep the number of pixels as it is, for what records them. */
  keepPixels(keep: boolean): void {
    this.sharpness.fix(keep);
    this.sharpen();
  }

  /** Draw as many pixels as is now thought right. */
  private sharpen(): void {
    const { width, height } = this;
    const ratio = this.sharpness.ratio(this.pixelRatio, width * height);
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
    this.look.viewport.value.set(width * ratio, height * ratio);
    this.look.line.value = 1.8 * ratio;
    this.model?.trails.lines.setWidth(2.5 * ratio);
    this.model?.grip.setWidth(3 * ratio);
    this.grid.lines.setWidth(ratio);
    this.touch();
  }

  /** Show another model, at a pose. */
  setModel(header: Header, start: Pose): void {
    this.clearModel();
    const dynamics = new Dynamics(header);
    const colors = header.bodies.map((_, body) => {
      const geom = header.geoms.find((one) => one.body === body && one.rgba[3] > 0);
      const [r, g, b] = geom?.rgba ?? [0.4, 0.4, 0.4];
      return new Color().setRGB(r, g, b);
    });
    const { ink, paper } = this.look;
    this.look.hatch.value = 0.022 * (header.extent || 1);
    const model: Model = {
      header,
      solids: new Solids(header, this.look),
      strokes: new Strokes(header, this.look, start),
      pivots: new Pivots(header, ink.value, paper.value),
      arrows: new Arrows(MOST_ARROWS, header.extent || 1, paper.value),
      trails: new Trails(this.look, dynamics, colors),
      dynamics,
      extents: new Extents(header, start),
      corners: header.bodies.map((_, body) => new Corners(header, body)),
      grip: new Polylines(this.look, 1, { width: 3 }),
    };
    model.grip.mesh.renderOrder = 30;
    this.scene.add(
      model.solids.group,
      model.strokes.group,
      model.pivots.mesh,
      model.arrows.mesh,
      model.trails.lines.mesh,
      model.grip.mesh,
    );
    this.model = model;
    this.pose = start;
    this.latest = null;
    this.fastest = 0;
    this.followed = null;
    this.grip = null;
    this.camera.frame(model.extents.box);
    this.sharpen();
  }

  get header(): Header | null {
    return this.model?.header ?? null;
  }

  /** Bounds grow with what is known of the motion; the view goes along. */
  get extents(): Extents | null {
    return this.model?.extents ?? null;
  }

  /** Whether all of it moves in the plane of the drawing. */
  get isPlanar(): boolean {
    return this.model !== null && isPlanar(this.model.header);
  }

  /** Where a body is, as of the last update. */
  matrixOf(body: number): Matrix4 | null {
    return this.model?.solids.matrixOf(body) ?? null;
  }

  get dynamics(): Dynamics | null {
    return this.model?.dynamics ?? null;
  }

  /** The fastest that any body gets, m/s: it sets the length of velocity arrows. */
  noteSpeed(speed: number): void {
    this.fastest = Math.max(this.fastest, speed);
  }

  setShow(show: Show): void {
    this.show = show;
    this.labels.setVisible(show.labels);
    this.grid.lines.mesh.visible = show.grid;
    this.placeBackdrop();
    // Arrows and trails come and go while it stands still, too.
    if (this.latest) this.update(this.pose, this.latest.motion, this.latest.time);
    this.touch();
  }

  setLabels(texts: readonly LabelText[]): void {
    this.labels.set(texts);
    this.touch();
  }

  /** The drawing: its sheet, where its corner lies in the world, and its image. */
  setDrawing(sheet: Sheet, offset: [number, number], texture: Texture): void {
    this.clearDrawing();
    const depth = 0.6 * (this.model?.header.extent ?? 1);
    this.backdrop = new Backdrop(sheet, [0, 0], depth, texture);
    this.drawingOffset = offset;
    this.scene.add(this.backdrop.mesh);
    this.placeBackdrop();
    this.touch();
  }

  follow(body: number | null): void {
    this.followed = body;
    if (body === null) this.camera.fit();
    this.touch();
  }

  get following(): number | null {
    return this.followed;
  }

  /**
   * Put everything where it is at a time.
   *
   * @param motion - where things were before and come after, for trails and arrows.
   */
  update(pose: Pose, motion: Motion, time: number): void {
    const { model } = this;
    if (!model) return;
    this.pose = pose;
    this.latest = { motion, time };
    model.solids.update(pose);
    model.strokes.update(pose);
    model.pivots.update(pose);
    if (this.show.trails) model.trails.update(motion, time);
    else model.trails.clear();
    this.drawGrip(model);
    this.drawArrows(model, motion, time);
    this.touch();
  }

  /** A line from a point of a body (in its frame) to the pointer that pulls at it; null for none. */
  setGrip(grip: Grip | null): void {
    this.grip = grip;
    if (this.model) this.drawGrip(this.model);
    this.touch();
  }

  /**
   * Draw, if anything changed.
   *
   * @param seconds - since the last time.
   * @returns whether it was drawn.
   */
  draw(seconds: number): boolean {
    const { model } = this;
    if (!model) return false;
    if (this.followed !== null) {
      this.point.fromArray(this.pose.position, 3 * this.followed);
      this.camera.follow(this.point);
    }
    this.camera.frame(this.bounds(model));
    if (this.camera.update(seconds, this.followed !== null)) this.touch();
    if (!this.dirty) {
      this.restedMs += 1000 * seconds;
      if (this.sharpness.rest(this.restedMs)) {
        this.sharpen();
        this.render(model);
      }
      return false;
    }
    this.restedMs = 0;
    if (this.sharpness.move()) this.sharpen();
    this.render(model);
    return true;
  }

  private render(model: Model): void {
    this.dirty = false;
    this.grid.lay(model.extents.box, this.look.ink.value, this.dark);
    const eye = this.camera.current;
    eye.updateMatrixWorld();
    // From the front, what moves passes before what stands still, as in a drawing.
    const reach = LIFT * (model.header.extent || 1);
    this.look.lift.value =
      this.camera.isFront && !this.camera.isPerspective ? (2 * reach) / (eye.far - eye.near) : 0;
    this.renderer.render(this.scene, eye);
    if (this.show.labels)
      this.labels.update(eye, this.width, this.height, (body, into, clear) => {
        into.fromArray(this.pose.position, 3 * body);
        model.corners[body]?.reach(model.solids.matrixOf(body), clear);
        clear.divideScalar(this.metresPerPixel);
      });
  }

  /** The body under a point of the canvas (CSS pixels), and where it was met. */
  pick(x: number, y: number): { body: number; point: Vector3 } | null {
    return this.model?.solids.pick(this.rayAt(x, y)) ?? null;
  }

  /** The point of the drawing's plane at a depth that lies under a point of the canvas. */
  planePoint(x: number, y: number, depth: number): Vector3 | null {
    const { origin, direction } = this.rayAt(x, y).ray;
    if (Math.abs(direction.y) < 1e-6) return null;
    const t = (depth - origin.y) / direction.y;
    return new Vector3().copy(direction).multiplyScalar(t).add(origin);
  }

  /** Metres that a CSS pixel is, at what is looked at. */
  get metresPerPixel(): number {
    return this.camera.viewHeight / Math.max(1, this.height);
  }

  /** Metres that a square of the grid is; 0 where there is none. */
  get gridStep(): number {
    return this.show.grid ? this.grid.step : 0;
  }

  /** The view as it is now, as sharp as can be, drawn for this. */
  drawNow(): HTMLCanvasElement {
    if (this.sharpness.rest(Number.POSITIVE_INFINITY)) this.sharpen();
    if (this.model) this.render(this.model);
    return this.canvas;
  }

  dispose(): void {
    this.clearModel();
    this.clearDrawing();
    this.labels.clear();
    this.grid.lines.dispose();
    this.camera.dispose();
    this.renderer.dispose();
  }

  private rayAt(x: number, y: number): Raycaster {
    const ray = new Raycaster();
    const eye = this.camera.current;
    eye.updateMatrixWorld();
    ray.setFromCamera(new Vector2((x / this.width) * 2 - 1, 1 - (y / this.height) * 2), eye);
    return ray;
  }

  /** The body goes on while the pointer rests: the line is drawn anew with every pose. */
  private drawGrip({ grip, solids }: Model): void {
    grip.clear();
    const matrix = this.grip && solids.matrixOf(this.grip.body);
    if (this.grip && matrix) {
      const { x, y, z } = this.point.copy(this.grip.local).applyMatrix4(matrix);
      const { target } = this.grip;
      const { r, g, b } = this.look.ink.value;
      grip.add(x, y, z, target.x, target.y, target.z, r, g, b, 0.8);
    }
    grip.commit();
  }

  private drawArrows(model: Model, motion: Motion, time: number): void {
    const { arrows, dynamics, header } = model;
    const { velocity, force, contact } = this.show;
    arrows.clear();
    const extent = header.extent || 1;
    if (velocity && this.fastest > 0) {
      const scale = (FASTEST_ARROW * extent) / this.fastest;
      for (const body of dynamics.heavy) {
        if (!dynamics.velocity(motion, time, body, this.vector)) continue;
        const [x = 0, y = 0, z = 0] = this.pose.position.subarray(3 * body, 3 * body + 3);
        const [vx = 0, , vz = 0] = this.vector;
        arrows.add("velocity", x, y, z, vx * scale, vz * scale);
      }
    }
    if (force || contact) this.drawForces(model, motion, time, force, contact);
    arrows.commit();
  }

  private drawForces(
    { arrows, dynamics, header }: Model,
    motion: Motion,
    time: number,
    force: boolean,
    contact: boolean,
  ): void {
    const extent = header.extent || 1;
    const weight = dynamics.heaviest * (Math.hypot(...header.gravity) || 9.81);
    const scale = (WEIGHT_ARROW * extent) / weight;
    const longest = LONGEST_ARROW * extent;
    const put = (
      kind: "force" | "contact",
      x: number,
      y: number,
      z: number,
      fx: number,
      fz: number,
    ) => {
      const length = Math.hypot(fx, fz) * scale;
      const fit = length > longest ? (scale * longest) / length : scale;
      arrows.add(kind, x, y, z, fx * fit, fz * fit);
    };
    if (force)
      dynamics.forces(motion, time, this.pose, (_body, x, y, z, fx, fz) =>
        put("force", x, y, z, fx, fz),
      );
    if (!contact) return;
    dynamics.remainders(motion, time, this.pose, (_body, x, y, z, fx, fz) => {
      // Below what rounding of places looks like there is none.
      if (Math.hypot(fx, fz) > 0.03 * weight) put("contact", x, y, z, fx, fz);
    });
  }

  private placeBackdrop(): void {
    const { backdrop } = this;
    if (!backdrop) return;
    backdrop.mesh.visible = this.show.drawing !== "off";
    const [x, z] = this.drawingOffset;
    const beside = this.show.drawing === "beside";
    const width = backdrop.sheet.width * backdrop.sheet.metres_per_pixel;
    backdrop.opacity = beside ? 1 : 0.55;
    backdrop.mesh.position.set(beside ? x - width * 1.02 : x, 0, z);
  }

  /** All there is to see: the motion, and the drawing where it lies beside. */
  private bounds(model: Model): Box3 {
    const box = this.roomForArrows(model);
    if (!this.backdrop || this.show.drawing !== "beside") return box;
    const { sheet, mesh } = this.backdrop;
    const [width, height] = [sheet.width, sheet.height].map((n) => n * sheet.metres_per_pixel);
    const { x, z } = mesh.position;
    const all = box.clone();
    all.expandByPoint(new Vector3(x, box.min.y, z));
    return all.expandByPoint(new Vector3(x + (width ?? 0), box.min.y, z - (height ?? 0)));
  }

  /** The motion, with room beside it for the arrows that are shown. */
  private roomForArrows({ extents: { box }, header }: Model): Box3 {
    const { velocity, force, contact } = this.show;
    if (!velocity && !force && !contact) return box;
    const room = (force || contact ? WEIGHT_ARROW : FASTEST_ARROW) * (header.extent || 1);
    return box.clone().expandByVector(new Vector3(room, 0, room));
  }

  private rebuildPivots(model: Model): void {
    this.scene.remove(model.pivots.mesh);
    model.pivots.dispose();
    const pivots = new Pivots(model.header, this.look.ink.value, this.look.paper.value);
    pivots.update(this.pose);
    this.scene.add(pivots.mesh);
    this.model = { ...model, pivots };
  }

  private clearModel(): void {
    const { model } = this;
    if (!model) return;
    this.model = null;
    this.scene.remove(
      model.solids.group,
      model.strokes.group,
      model.pivots.mesh,
      model.arrows.mesh,
      model.trails.lines.mesh,
      model.grip.mesh,
    );
    for (const part of [
      model.solids,
      model.strokes,
      model.pivots,
      model.arrows,
      model.trails,
      model.grip,
    ])
      part.dispose();
    this.labels.clear();
  }

  private clearDrawing(): void {
    if (!this.backdrop) return;
    this.scene.remove(this.backdrop.mesh);
    this.backdrop.dispose();
    this.backdrop = null;
  }
}

/** The renderer takes linear light and writes what is seen: undo that for a colour as written. */
function plainly(color: Color): Color {
  return color.clone().convertSRGBToLinear();
}
