/** Where a drawing lies in the world: so that its marks cover the bodies they became. */

import type { Header } from "../motion/header";
import { WORLD } from "../motion/header";
import type { Pose } from "../motion/recording";
import type { Analysis } from "../service/model";
import { worldOfPixel } from "./sheet";

/** Kinds whose body's origin is the middle of what was drawn. */
const CENTRED = new Set(["ball", "box", "wheel", "pulley"]);

/**
 * The world's place of the drawing's upper left corner, metres: the middle one of what each mark
 * and its body say. Bodies may have been moved by what the labels say.
 */
export function drawingOffset(
  analysis: Pick<Analysis, "shapes" | "metres_per_pixel" | "rectify" | "width" | "height">,
  header: Header,
  start: Pose,
): [x: number, z: number] {
  const xs: number[] = [];
  const zs: number[] = [];
  for (const { kind, center, body, geom } of analysis.shapes) {
    if (!CENTRED.has(kind)) continue;
    const place = placeOfMark(header, start, body, geom);
    if (!place) continue;
    const [x, z] = worldOfPixel(analysis, ...center);
    xs.push(place[0] - x);
    zs.push(place[1] - z);
  }
  return [middle(xs), middle(zs)];
}

function placeOfMark(
  header: Header,
  start: Pose,
  body: string | null,
  geom: string | null,
): [number, number] | null {
  const index = header.bodies.findIndex(({ name }) => name === body);
  if (body !== null && index >= 0)
    return [start.position[3 * index] as number, start.position[3 * index + 2] as number];
  const fixed = header.geoms.find((one) => one.body === WORLD && one.name === geom);
  return geom !== null && fixed ? [fixed.pos[0], fixed.pos[2]] : null;
}

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
