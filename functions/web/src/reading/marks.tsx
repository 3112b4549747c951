/** How marks are shown over a drawing: by outline, name and role, never by colour alone. */

import type { MarkKind, Point, Shape } from "../service/model";

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

/** A name beside a mark, on a ground of its own; `size` in the picture's pixels. */
export function NameTag({ shape, words, size }: { shape: Shape; words: string; size: number }) {
  const half = 0.3 * size * words.length + 0.4 * size;
  const [x, y] = tagPlace(shape, half, size);
  return (
    <g className="name-tag">
      <rect x={x - half} y={y - 0.95 * size} width={2 * half} height={1.3 * size} rx={0.3 * size} />
      <text x={x} y={y} fontSize={size} textAnchor="middle">
        {words}
      </text>
    </g>
  );
}

/** Beside a line's middle, to the right of what is fixed, above a body: where least is hidden. */
function tagPlace({ kind, bbox }: Shape, half: number, size: number): Point {
  const [x, y, width, height] = bbox;
  const role = roleOf(kind);
  if (role === "link" && kind !== "pivot") {
    return [x + width / 2 + half + 0.6 * size, y + height / 2];
  }
  if (role === "fixed") return [x + width + half + 0.4 * size, y + height / 2 + 0.35 * size];
  return [x + width / 2, y > 1.5 * size ? y - 0.5 * size : y + height + 1.3 * size];
}
