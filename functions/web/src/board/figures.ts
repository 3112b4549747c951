/** The drawing helpers: each makes the strokes of one mark from where it begins and ends. */

import type { Point } from "../service/model";

export const FIGURES = ["line", "box", "circle", "arrow", "spring", "ground"] as const;
export type FigureKind = (typeof FIGURES)[number];

const CIRCLE_POINTS = 64;
const COIL_HALF_WIDTH = 14;
const ZIGZAG_PITCH = 16;
const MIN_ZIGZAGS = 4;
const MAX_ZIGZAGS = 14;
/** Straight ends of a spring, as a part of its length. */
const LEAD = 0.12;
const HATCH_PITCH = 18;
const HATCH_LENGTH = 16;
const HEAD_LENGTH = 16;
const HEAD_ANGLE = Math.PI / 7;
/** A line this close to level or upright is meant to be: tan 3°. */
const NEARLY = 0.052;

/** The lines of a figure from `a` to `b`, in board units; none if the two are the same. */
export function figureLines(kind: FigureKind, a: Point, b: Point): Point[][] {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (length < 1) return [];
  const end = kind === "box" || kind === "circle" ? b : straightened(a, b);
  switch (kind) {
    case "line":
      return [[a, end]];
    case "box":
      return [[a, [b[0], a[1]], b, [a[0], b[1]], a]];
    case "circle":
      return [circle(a, length)];
    case "arrow":
      return arrow(a, end);
    case "spring":
      return [zigzag(a, end)];
    case "ground":
      return hatched(a, end);
  }
}

/** Level or upright where it is within 3° of that. */
function straightened(a: Point, b: Point): Point {
  const [dx, dy] = [Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])];
  if (dy < dx * NEARLY) return [b[0], a[1]];
  if (dx < dy * NEARLY) return [a[0], b[1]];
  return b;
}

/** Round `centre`. */
function circle(centre: Point, radius: number): Point[] {
  return Array.from({ length: CIRCLE_POINTS + 1 }, (_, i) => {
    const turn = (2 * Math.PI * i) / CIRCLE_POINTS;
    return [centre[0] + radius * Math.cos(turn), centre[1] + radius * Math.sin(turn)];
  });
}

function arrow(a: Point, b: Point): Point[][] {
  const back = Math.atan2(a[1] - b[1], a[0] - b[0]);
  const length = Math.min(HEAD_LENGTH, 0.4 * Math.hypot(b[0] - a[0], b[1] - a[1]));
  const barb = (side: number): Point => [
    b[0] + length * Math.cos(back + side * HEAD_ANGLE),
    b[1] + length * Math.sin(back + side * HEAD_ANGLE),
  ];
  return [
    [a, b],
    [barb(1), b, barb(-1)],
  ];
}

function zigzag(a: Point, b: Point): Point[] {
  const { length, at } = frame(a, b);
  const lead = LEAD * length;
  const coil = length - 2 * lead;
  const count = Math.round(Math.min(MAX_ZIGZAGS, Math.max(MIN_ZIGZAGS, coil / ZIGZAG_PITCH)));
  const half = Math.min(COIL_HALF_WIDTH, length / 6);
  const teeth = Array.from({ length: count }, (_, i) =>
    at(lead + ((i + 0.5) / count) * coil, i % 2 ? half : -half),
  );
  return [a, at(lead, 0), ...teeth, at(length - lead, 0), b];
}

/** A line with hatches on the right-hand side of its way: drawn left to right, they hang below. */
function hatched(a: Point, b: Point): Point[][] {
  const { length, at } = frame(a, b);
  const count = Math.max(4, Math.round(length / HATCH_PITCH));
  const hatches = Array.from({ length: count }, (_, i): Point[] => {
    const along = ((i + 0.75) / count) * length;
    return [at(along, 1), at(along - 0.7 * HATCH_LENGTH, HATCH_LENGTH)];
  });
  return [[a, b], ...hatches];
}

/** Coordinates along and across (to the right of) the way from `a` to `b`. */
function frame(a: Point, b: Point) {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const [ux, uy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  const at = (along: number, across: number): Point => [
    a[0] + along * ux - across * uy,
    a[1] + along * uy + across * ux,
  ];
  return { length, at };
}
