/** Drawings onto a canvas: on screen, as the picture that is sent, as the glance that is read. */

import { getStroke } from "perfect-freehand";
import type { Element, Ink, Stroke } from "./elements";

export type Palette = Record<Ink, string>;

/** On white paper. Okabe and Ito's colours, darkened to stand out from paper. */
export const ON_WHITE: Palette = {
  ink: "#1c2330",
  blue: "#0067a8",
  red: "#b8410a",
  green: "#00704f",
  orange: "#9a6200",
};

export const ON_DARK: Palette = {
  ink: "#ece9e2",
  blue: "#6cb8ee",
  red: "#f08a5b",
  green: "#4ecba6",
  orange: "#eab14d",
};

export const LETTER_FONT = '"Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export function paint(context: Context, elements: Iterable<Element>, palette: Palette): void {
  for (const element of elements) paintOne(context, element, palette);
}

function paintOne(context: Context, element: Element, palette: Palette): void {
  context.fillStyle = palette[element.ink];
  context.strokeStyle = palette[element.ink];
  switch (element.type) {
    case "stroke":
      context.fill(outlineOf(element));
      return;
    case "figure":
      context.lineWidth = element.width;
      context.lineCap = "round";
      context.lineJoin = "round";
      for (const line of element.lines) {
        context.beginPath();
        for (const [x, y] of line) context.lineTo(x, y);
        context.stroke();
      }
      return;
    case "lettering":
      context.font = `${element.size}px ${LETTER_FONT}`;
      context.textBaseline = "alphabetic";
      context.fillText(element.text, element.x, element.y);
  }
}

const outlines = new WeakMap<Stroke, Path2D>();

/** A finished stroke never changes, so its outline is computed once. */
function outlineOf(stroke: Stroke): Path2D {
  let found = outlines.get(stroke);
  if (!found) {
    found = new Path2D(outline(stroke, true));
    outlines.set(stroke, found);
  }
  return found;
}

/** Round the ink of a stroke, as the data of an SVG path. `last`: the pen is lifted. */
function outline(stroke: Stroke, last: boolean): string {
  const ring = getStroke(stroke.points, {
    size: stroke.width,
    // Ink, not a brush: a pen's line keeps most of its width.
    thinning: stroke.pressed ? 0.35 : 0,
    smoothing: 0.5,
    streamline: 0.3,
    simulatePressure: false,
    last,
  });
  const [first] = ring;
  if (!first) return "";
  const round = (value: number) => Math.round(value * 100) / 100;
  let path = `M${round(first[0] ?? 0)} ${round(first[1] ?? 0)}`;
  for (let i = 0; i < ring.length; i++) {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    const [bx = 0, by = 0] = ring[(i + 1) % ring.length] ?? [];
    path += `Q${round(ax)} ${round(ay)} ${round((ax + bx) / 2)} ${round((ay + by) / 2)}`;
  }
  return `${path}Z`;
}

/**
 * Show what is being drawn as a path of its own over the board: only where it lies has the browser
 * to compose the picture anew, where a canvas over all of the board is composed whole each frame.
 */
export function paintWet(path: SVGPathElement, live: Element | null, palette: Palette): void {
  const filled = live?.type === "stroke";
  path.setAttribute("d", live ? pathOf(live) : "");
  path.setAttribute("fill", live && filled ? palette[live.ink] : "none");
  path.setAttribute("stroke", live && !filled ? palette[live.ink] : "none");
  if (live?.type === "figure") path.setAttribute("stroke-width", String(live.width));
}

function pathOf(live: Element): string {
  if (live.type === "stroke") return outline(live, false);
  if (live.type === "figure") return live.lines.map((line) => `M${line.join("L")}`).join("");
  return "";
}
