/** Where a stage is seen from: from the front as it was drawn, round about, or following a body. */

import { Box3, OrthographicCamera, PerspectiveCamera, Vector3 } from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";

/** Air around what is shown. */
const MARGIN = 1.1;
const FIELD_OF_VIEW = 35;
/** Part of the way to a wanted view that is gone in a second (as e^-x is left). */
const SWIFTNESS = 7;

export class Camera {
  readonly controls: OrbitControls;
  private readonly flat = new OrthographicCamera(-1, 1, 1, -1, 0.01, 1000);
  private readonly deep = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.01, 1000);
  private perspective = false;
  private aspect = 1;
  /** Part of the view's height that something else covers, from its top. */
  private covered = 0;
  private readonly bounds = new Box3(new Vector3(-1, -1, -1), new Vector3(1, 1, 1));
  /** Whether a person has turned or moved the view: it is then left to them. */
  private touched = false;
  private readonly target = new Vector3();
  private height = 2;
  private settled = false;

  constructor(element: HTMLElement, onChange: () => void) {
    for (const camera of [this.flat, this.deep]) {
      camera.up.set(0, 0, 1);
      camera.position.set(0, -10, 0);
    }
    this.controls = new OrbitControls(this.flat, element);
    this.controls.enableDamping = false;
    this.controls.zoomSpeed = 0.8;
    this.controls.addEventListener("start", () => {
      this.touched = true;
    });
    this.controls.addEventListener("change", onChange);
  }

  get current(): OrthographicCamera | PerspectiveCamera {
    return this.perspective ? this.deep : this.flat;
  }

  get isPerspective(): boolean {
    return this.perspective;
  }

  /** Metres that the view is high, at what it looks at. */
  get viewHeight(): number {
    if (!this.perspective) return (this.flat.top - this.flat.bottom) / this.flat.zoom;
    const distance = this.deep.position.distanceTo(this.controls.target);
    return 2 * distance * Math.tan((FIELD_OF_VIEW * Math.PI) / 360);
  }

  /** Whether it looks at the drawing's plane from the front. */
  get isFront(): boolean {
    const away = new Vector3().subVectors(this.current.position, this.controls.target).normalize();
    return away.y < -0.999;
  }

  /** @param covered - pixels at the top that something else covers. */
  resize(width: number, height: number, covered = 0): void {
    this.aspect = width / Math.max(1, height);
    this.covered = Math.min(0.3, covered / Math.max(1, height));
    this.deep.aspect = this.aspect;
    this.fitFrustum(this.height);
    if (!this.touched) this.settled = false;
  }

  /** What there is to see; the view follows unless a person has moved it. */
  frame(bounds: Box3): void {
    this.bounds.copy(bounds);
  }

  /** Show all of it. */
  fit(): void {
    this.touched = false;
  }

  /** From the front, all of it. */
  front(): void {
    this.touched = false;
    const distance = this.distance();
    this.current.position.copy(this.controls.target).add(new Vector3(0, -distance, 0));
    this.controls.update();
  }

  /** To the other kind of view, from where it is. */
  setPerspective(perspective: boolean): void {
    if (perspective === this.perspective) return;
    const height = this.viewHeight;
    const away = new Vector3().subVectors(this.current.position, this.controls.target).normalize();
    this.perspective = perspective;
    const camera = this.current;
    this.controls.object = camera;
    if (perspective) {
      camera.position
        .copy(this.controls.target)
        .addScaledVector(away, height / 2 / Math.tan((FIELD_OF_VIEW * Math.PI) / 360));
    } else {
      this.flat.zoom = 1;
      this.fitFrustum(height);
      camera.position.copy(this.controls.target).addScaledVector(away, this.distance());
    }
    this.controls.update();
  }

  /** Look a little from the side, to show the depth. */
  tilt(): void {
    this.touched = false;
    const distance = this.current.position.distanceTo(this.controls.target);
    const away = new Vector3(0.42, -0.85, 0.32).normalize();
    this.current.position.copy(this.controls.target).addScaledVector(away, distance);
    this.controls.update();
  }

  /** Turn about what it looks at, radians. */
  orbit(around: number, up: number): void {
    this.touched = true;
    const offset = new Vector3().subVectors(this.current.position, this.controls.target);
    const radius = offset.length();
    const azimuth = Math.atan2(offset.y, offset.x) + around;
    const lift = Math.asin(Math.min(1, Math.max(-1, offset.z / radius))) + up;
    const safe = Math.min(1.5, Math.max(-1.5, lift));
    offset.set(
      radius * Math.cos(safe) * Math.cos(azimuth),
      radius * Math.cos(safe) * Math.sin(azimuth),
      radius * Math.sin(safe),
    );
    this.current.position.copy(this.controls.target).add(offset);
    this.controls.update();
  }

  zoom(factor: number): void {
    this.touched = true;
    if (this.perspective) {
      const offset = new Vector3().subVectors(this.deep.position, this.controls.target);
      this.deep.position.copy(this.controls.target).addScaledVector(offset, 1 / factor);
    } else {
      this.flat.zoom *= factor;
      this.flat.updateProjectionMatrix();
    }
    this.controls.update();
  }

  /** Keep a point in the middle from now on, or let go (null). */
  follow(point: Vector3 | null): void {
    if (!point) return;
    const shift = new Vector3().subVectors(point, this.controls.target);
    this.current.position.add(shift);
    this.controls.target.copy(point);
    this.current.updateMatrixWorld();
    this.current.lookAt(this.controls.target);
  }

  /**
   * Go on towards the view of all there is.
   *
   * @returns whether the view has changed.
   */
  update(seconds: number, following: boolean): boolean {
    if (this.touched) return false;
    const size = this.bounds.getSize(new Vector3());
    const wanted = this.wantedHeight(size);
    const middle = this.bounds.getCenter(new Vector3());
    middle.z += this.lowering(size, wanted);
    let moved = false;
    const part = this.settled ? 1 - Math.exp(-SWIFTNESS * seconds) : 1;
    if (!following) {
      if (this.target.distanceTo(middle) < 1e-4 * wanted && this.settled) this.target.copy(middle);
      else this.target.lerp(middle, part);
      const shift = new Vector3().subVectors(this.target, this.controls.target);
      moved = shift.lengthSq() > 0;
      this.controls.target.add(shift);
      this.current.position.add(shift);
    }
    const before = this.height;
    this.height += (wanted - this.height) * part;
    if (Math.abs(this.height - wanted) < 1e-4 * wanted) this.height = wanted;
    this.flat.zoom = 1;
    this.fitFrustum(this.height);
    const offset = new Vector3().subVectors(this.current.position, this.controls.target);
    offset.setLength(
      this.perspective
        ? this.height / 2 / Math.tan((FIELD_OF_VIEW * Math.PI) / 360) + size.y / 2
        : this.distance(),
    );
    this.current.position.copy(this.controls.target).add(offset);
    this.current.lookAt(this.controls.target);
    this.settled = true;
    return moved || before !== this.height;
  }

  dispose(): void {
    this.controls.dispose();
  }

  private wantedHeight(size: Vector3): number {
    return MARGIN * Math.max(size.z / (1 - this.covered), size.x / this.aspect, 1e-3);
  }

  /** How far above the middle of what is shown it looks, for that to lie below what is covered. */
  private lowering(size: Vector3, height: number): number {
    return Math.max(0, this.covered * height - (height - MARGIN * size.z) / 2);
  }

  private distance(): number {
    return 4 * Math.max(this.height, this.height * this.aspect, 1e-3);
  }

  private fitFrustum(height: number): void {
    this.height = height;
    const { flat, deep } = this;
    flat.top = height / 2;
    flat.bottom = -height / 2;
    flat.right = (height / 2) * this.aspect;
    flat.left = -flat.right;
    const reach = 12 * Math.max(height, height * this.aspect);
    flat.near = -reach;
    flat.far = reach;
    deep.near = height / 100;
    deep.far = reach * 4;
    flat.updateProjectionMatrix();
    deep.updateProjectionMatrix();
  }
}
