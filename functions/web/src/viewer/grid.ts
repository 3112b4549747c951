/** A quiet grid in the drawing's plane, and how long one of its squares is. */

import type { Box3, Color } from "three";
import { Polylines } from "./polylines";
import type { Look } from "./shaders";

const MOST_LINES = 320;
/** The view shows about so many squares across. */
const SQUARES = 9;
/** How far it goes on beside what there is to see, in parts of its span: wide screens show more. */
const ASIDE = 3.5;
const ABOVE = 1.5;

/** The largest of 1, 2, 5 times a power of ten that is not above a value. */
export function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [5, 2, 1].map((part) => part * power).find((step) => step <= value * (1 + 1e-9)) ?? power;
}

/** A length as one says it: 2 m, 50 cm, 5 mm. */
export function lengthText(metres: number): string {
  const short = (value: number) => String(Number(value.toPrecision(3)));
  if (metres >= 1) return `${short(metres)} m`;
  return metres >= 0.01 ? `${short(metres * 100)} cm` : `${short(metres * 1000)} mm`;
}

export class Grid {
  readonly lines: Polylines;
  private drawn = "";
  private square = 0;

  /** Metres from a line to the next; 0 before it is laid. */
  get step(): number {
    return this.square;
  }

  constructor(look: Look) {
    this.lines = new Polylines(look, MOST_LINES, { width: 1, under: true });
    this.lines.mesh.renderOrder = -5;
  }

  /** Lay it behind what there is to see. */
  lay(bounds: Box3, ink: Color, dark: boolean): void {
    const { min, max } = bounds;
    const span = Math.max(max.x - min.x, max.z - min.z, 1e-3);
    const step = niceStep(span / SQUARES);
    const x0 = Math.floor((min.x - ASIDE * span) / step);
    const x1 = Math.ceil((max.x + ASIDE * span) / step);
    const z0 = Math.floor((min.z - ABOVE * span) / step);
    const z1 = Math.ceil((max.z + ABOVE * span) / step);
    const key = [x0, x1, z0, z1, step, dark].join();
    if (key === this.drawn) return;
    this.drawn = key;
    this.square = step;
    const y = max.y + 0.5 * span;
    const opacity = dark ? 0.11 : 0.11;
    const { r, g, b } = ink;
    this.lines.clear();
    for (let i = x0; i <= x1; i++)
      this.lines.add(i * step, y, z0 * step, i * step, y, z1 * step, r, g, b, opacity);
    for (let i = z0; i <= z1; i++)
      this.lines.add(x0 * step, y, i * step, x1 * step, y, i * step, r, g, b, opacity);
    this.lines.commit();
  }
}
