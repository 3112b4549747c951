/** How marks are shown over a drawing: by outline, name and role, never by colour alone. */

import type { Analysis, Box, MarkKind, Point, Shape } from "../service/model";

export type Role = "body" | "fixed" | "link" | "sign";

const ROLES: Record<MarkKind, Role> = {
  ball: "body",
  box: "body",
  polygon: "body",
  wheel: "body",
  pulley: "body",
  ramp: "fixed",
  ground: "fixed",
  support: "fixed",
  pin: "fixed",
  roller: "fixed",
  rod: "link",
  rope: "link",
  spring: "link",
  damper: "link",
  pivot: "link",
  arrow: "sign",
  arc_arrow: "sign",
  load: "sign",
  dimension: "sign",
};

const CLOSED = new Set<MarkKind>(["ball", "box", "polygon", "wheel", "pulley", "pivot", "pin"]);

export function roleOf(kind: MarkKind): Role {
  return ROLES[kind] ?? "sign";
}

/** The SVG path of a mark: round a closed one, along a line. */
export function outlinePath({ kind, polygon, bbox }: Shape): string {
  if (polygon.length < 2) {
    const [x, y, width, height] = bbox;
    return `M${x} ${y}h${width}v${height}h${-width}z`;
  }
  const path = polygon.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`);
  const [first, last] = [polygon[0], polygon.at(-1)];
  const nearly =
    first && last && Math.hypot(first[0] - last[0], first[1] - last[1]) < 0.2 * (bbox[2] + bbox[3]);
  return path.join("") + (CLOSED.has(kind) || (polygon.length > 2 && nearly) ? "z" : "");
}

/** A name on a ground of its own, its middle at a place; `size` in the picture's pixels. */
export function NameTag({ at, words, size }: { at: Point; words: string; size: number }) {
  const half = tagHalf(words, size);
  const [x, y] = at;
  return (
    <g className="name-tag">
      <rect x={x - half} y={y - 0.95 * size} width={2 * half} height={1.3 * size} rx={0.3 * size} />
      <text x={x} y={y} fontSize={size} textAnchor="middle">
        {words}
      </text>
    </g>
  );
}

function tagHalf(words: string, size: number): number {
  return 0.3 * size * words.length + 0.4 * size;
}

/**
 * Where each mark's name goes: beside a line's middle, to the right of what is fixed, above a body,
 * or elsewhere beside its mark, so that it hides no writing and no other name.
 *
 * @returns the middle of each name's line, by the mark's id.
 */
export function tagPlaces(
  { shapes, texts, width, height }: Pick<Analysis, "shapes" | "texts" | "width" | "height">,
  wordsOf: (shape: Shape) => string,
  size: number,
): Map<string, Point> {
  const taken = texts.map(({ bbox }) => bbox);
  const places = new Map<string, Point>();
  for (const shape of shapes) {
    const half = tagHalf(wordsOf(shape), size);
    const boxAt = ([x, y]: Point): Box => [x - half, y - 0.95 * size, 2 * half, 1.3 * size];
    const choices = placesBeside(shape, half, size);
    const free = choices.find((place) => {
      const box = boxAt(place);
      const inside =
        box[0] >= 0 && box[1] >= 0 && box[0] + box[2] <= width && box[1] + box[3] <= height;
      return inside && !taken.some((other) => overlap(box, other));
    });
    const place = free ?? (choices[0] as Point);
    places.set(shape.id, place);
    taken.push(boxAt(place));
  }
  return places;
}

/** The best first. */
function placesBeside({ kind, bbox, center }: Shape, half: number, size: number): Point[] {
  const [x, y, width, height] = bbox;
  const [cx, cy] = [x + width / 2, y + height / 2 + 0.35 * size];
  const right: Point = [x + width + half + 0.4 * size, cy];
  const left: Point = [x - half - 0.4 * size, cy];
  const above: Point = [cx, y - 0.5 * size];
  const below: Point = [cx, y + height + 1.3 * size];
  const role = roleOf(kind);
  // Beside a slope there is much that is not the slope, and inside it there is room.
  if (kind === "ramp") {
    const [mx, my] = [center[0], center[1] + 0.35 * size];
    return [[mx, my], [mx + 2.5 * half, my], [mx - 2.5 * half, my], below, right, left, above];
  }
  if (role === "fixed") return [right, left, below, above];
  if (role !== "link" || kind === "pivot") return [above, below, right, left];
  const beside = half + 0.6 * size;
  const along = [0.5, 0.25, 0.75].map((part) => y + part * height);
  return [
    ...along.map((at): Point => [cx + beside, at]),
    ...along.map((at): Point => [cx - beside, at]),
    right,
    left,
  ];
}

function overlap([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): boolean {
  return ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah;
}
