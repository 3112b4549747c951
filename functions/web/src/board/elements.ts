/** What is drawn on the board, in board units: x right, y down. */

import type { Point } from "../service/model";

export const INKS = ["ink", "blue", "red", "green", "orange"] as const;
export type Ink = (typeof INKS)[number];

/** x, y, pressure 0 to 1. */
export type PenPoint = [x: number, y: number, pressure: number];

/** Drawn by hand. */
export interface Stroke {
  id: string;
  type: "stroke";
  ink: Ink;
  width: number;
  points: PenPoint[];
  /** The device tells pressure; else it is guessed from speed. */
  pressed: boolean;
}

/** Drawn by a helper: straight pieces, or smooth ones where there are many points. */
export interface Figure {
  id: string;
  type: "figure";
  ink: Ink;
  width: number;
  lines: Point[][];
}

/** A label; `x`, `y` is the left end of its baseline. */
export interface Lettering {
  id: string;
  type: "lettering";
  ink: Ink;
  size: number;
  x: number;
  y: number;
  text: string;
}

export type Element = Stroke | Figure | Lettering;

/** About the width of a letter in sizes; exact enough to hit one. */
const LETTER_WIDTH = 0.55;

/** Does a disc at a point touch the element? */
export function touches(element: Element, [x, y]: Point, radius: number): boolean {
  switch (element.type) {
    case "stroke":
      return alongPath(element.points, x, y, radius + element.width / 2);
    case "figure":
      return element.lines.some((line) => alongPath(line, x, y, radius + element.width / 2));
    case "lettering": {
      const wide = element.text.length * element.size * LETTER_WIDTH;
      return (
        x > element.x - radius &&
        x < element.x + wide + radius &&
        y > element.y - element.size - radius &&
        y < element.y + radius
      );
    }
  }
}

export interface Extent {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The upright rectangle that holds all of it; null for nothing. */
export function extentOf(elements: readonly Element[]): Extent | null {
  if (!elements.length) return null;
  const extent = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const reach = (x: number, y: number) => {
    extent.left = Math.min(extent.left, x);
    extent.top = Math.min(extent.top, y);
    extent.right = Math.max(extent.right, x);
    extent.bottom = Math.max(extent.bottom, y);
  };
  for (const element of elements) {
    if (element.type === "stroke") for (const [x, y] of element.points) reach(x, y);
    else if (element.type === "figure") for (const [x, y] of element.lines.flat()) reach(x, y);
    else {
      reach(element.x, element.y - element.size);
      reach(element.x + element.text.length * element.size * LETTER_WIDTH, element.y);
    }
  }
  return extent;
}

function alongPath(path: readonly (readonly number[])[], x: number, y: number, reach: number) {
  let [ax = 0, ay = 0] = path[0] ?? [];
  if (path.length === 1) return Math.hypot(ax - x, ay - y) <= reach;
  for (const [bx = 0, by = 0] of path.slice(1)) {
    if (distanceToSegment(x, y, ax, ay, bx, by) <= reach) return true;
    [ax, ay] = [bx, by];
  }
  return false;
}

function distanceToSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number) {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const along = squared ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared)) : 0;
  return Math.hypot(ax + along * dx - x, ay + along * dy - y);
}
