/** The hand that draws: what a pointer or the keyboard does between down and up. */

import { randomKey } from "../service/client";
import type { Point } from "../service/model";
import type { Drawing } from "./drawing";
import { type Element, type Ink, type PenPoint, touches } from "./elements";
import { FIGURES, type FigureKind, figureLines } from "./figures";

export const TOOLS = ["pen", ...FIGURES, "lettering", "eraser"] as const;
export type Tool = (typeof TOOLS)[number];

export interface Style {
  ink: Ink;
  /** Board units. */
  width: number;
}

export class Hand {
  /** What is being drawn, and not yet on the board. */
  live: Element | null = null;
  /** What the eraser has touched since it was set down. */
  readonly erased = new Set<string>();
  private tool: Tool | null = null;
  private start: Point = [0, 0];

  constructor(private readonly drawing: Drawing) {}

  get down(): boolean {
    return this.tool !== null;
  }

  /** Set down. `reach` is the eraser's radius, `pressed` tells of a device that knows pressure. */
  begin(tool: Tool, style: Style, at: PenPoint, pressed: boolean, reach: number): void {
    this.cancel();
    this.tool = tool;
    this.start = [at[0], at[1]];
    this.reach = reach;
    this.at = this.start;
    const look = { id: randomKey(), ink: style.ink, width: style.width };
    if (tool === "pen") this.live = { ...look, type: "stroke", points: [at], pressed };
    else if (tool === "eraser") this.erase(this.start);
    else if (tool !== "lettering") this.live = { ...look, type: "figure", lines: [] };
  }

  move(points: readonly PenPoint[]): void {
    const last = points.at(-1);
    if (!last) return;
    if (this.live?.type === "stroke") {
      // A new object, so that its outline is computed anew.
      this.live = { ...this.live, points: [...this.live.points, ...points] };
    } else if (this.live?.type === "figure") {
      const lines = figureLines(this.tool as FigureKind, this.start, [last[0], last[1]]);
      this.live = { ...this.live, lines };
    } else if (this.tool === "eraser") {
      for (const [x, y] of points) this.erase([x, y]);
    }
  }

  /** Lift: what was drawn is on the board. Answers with how much that was, or was erased. */
  end(): number {
    const { live } = this;
    const gone = new Set(this.erased);
    this.cancel();
    if (gone.size) this.drawing.remove(gone);
    if (!live || (live.type === "figure" && live.lines.length === 0)) return gone.size;
    this.drawing.add(live);
    return 1;
  }

  cancel(): void {
    this.tool = null;
    this.live = null;
    this.erased.clear();
  }

  /** Everything on the board as it looks now, with what is being drawn and without what is erased. */
  shown(): Element[] {
    const left = this.drawing.elements.filter(({ id }) => !this.erased.has(id));
    return this.live ? [...left, this.live] : left;
  }

  private reach = 0;
  /** Where the eraser is. */
  private at: Point = [0, 0];

  /** Take what lies on the way from where the eraser was: a quick one is told of few places. */
  private erase(to: Point): void {
    const [fromX, fromY] = this.at;
    const steps = Math.ceil(Math.hypot(to[0] - fromX, to[1] - fromY) / Math.max(this.reach, 1));
    for (let step = 0; step <= steps; step++) {
      const share = steps === 0 ? 1 : step / steps;
      const at: Point = [fromX + share * (to[0] - fromX), fromY + share * (to[1] - fromY)];
      for (const element of this.drawing.elements) {
        if (touches(element, at, this.reach)) this.erased.add(element.id);
      }
    }
    this.at = to;
  }
}
