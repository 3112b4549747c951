/** From a drag over the drawing to the outline of a mark that was missed. */

import type { MarkKind, Point } from "../service/model";

const ROUND = new Set<MarkKind>(["ball", "wheel", "pulley", "pivot", "roller"]);
const BLOCKS = new Set<MarkKind>(["box", "polygon", "load"]);
const ROUND_POINTS = 32;
/** A curved arrow goes three quarters of the way round. */
const ARC_POINTS = 24;
/** A dot is a tap: so large, as a part of the picture's width. */
const DOT = 0.008;

/**
 * The path of a mark from where a drag began to where it ended, both in pixels of the picture.
 *
 * Round marks and blocks fill the rectangle between the two; a ramp slopes from one to the other;
 * all else is a line between them, from its beginning to its end.
 *
 * @param width - of the picture, pixels: a tap gives a mark of a size that can be seen.
 */
export function outlineOf(kind: MarkKind, from: Point, to: Point, width: number): Point[] {
  const [a, b] = apart(from, to, DOT * width);
  if (ROUND.has(kind)) return ring(a, b, ROUND_POINTS, 1);
  if (kind === "arc_arrow") return ring(a, b, ARC_POINTS, 0.75);
  if (BLOCKS.has(kind)) return [a, [b[0], a[1]], b, [a[0], b[1]]];
  if (kind === "pin") return [[(a[0] + b[0]) / 2, Math.min(a[1], b[1])], ...base(a, b)];
  if (kind === "ramp") {
    const [high, low] = a[1] < b[1] ? [a, b] : [b, a];
    return [high, low, [high[0], low[1]]];
  }
  return [a, b];
}

function apart(from: Point, to: Point, least: number): [Point, Point] {
  if (Math.hypot(to[0] - from[0], to[1] - from[1]) >= least) return [from, to];
  return [
    [from[0] - least, from[1] - least],
    [from[0] + least, from[1] + least],
  ];
}

function base(a: Point, b: Point): Point[] {
  const low = Math.max(a[1], b[1]);
  return [
    [Math.max(a[0], b[0]), low],
    [Math.min(a[0], b[0]), low],
  ];
}

/** Round the rectangle between two corners, as far as a part of the whole way. */
function ring(a: Point, b: Point, points: number, part: number): Point[] {
  const radius = Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])) / 2;
  const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  return Array.from({ length: points }, (_, i): Point => {
    const turn = (2 * Math.PI * part * i) / (part < 1 ? points - 1 : points) - Math.PI / 2;
    return [x + radius * Math.cos(turn), y + radius * Math.sin(turn)];
  });
}
