/** Showing where a mark is that was missed: drag over the drawing, or go there by the arrow keys. */

import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { announce } from "../app/announce";
import type { MarkKind, Point } from "../service/model";
import { text } from "../text";
import { outlineOf } from "./outline";

const words = text.reading.adding;

/** Parts of the picture's width that an arrow key goes. */
const STEP = 0.01;
const STRIDE = 0.05;
const ARROWS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface Props {
  kind: MarkKind | "label";
  /** Of the picture, pixels. */
  size: readonly [number, number];
  onPlaced(from: Point, to: Point): void;
  onCancel(): void;
}

export function Placing({ kind, size: [width, height], onPlaced, onCancel }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const [from, setFrom] = useState<Point | null>(null);
  const [at, setAt] = useState<Point>([width / 2, height / 2]);
  const [byKeys, setByKeys] = useState(false);

  const within = (event: PointerEvent): Point => {
    const box = (svg.current as SVGSVGElement).getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    return [clamp(x, width), clamp(y, height)];
  };
  const set = () => {
    if (from) return onPlaced(from, at);
    setFrom(at);
    announce(words.begun);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const way = ARROWS[event.key];
    if (way) {
      const far = (event.shiftKey ? STRIDE : STEP) * width;
      const next: Point = [clamp(at[0] + way[0] * far, width), clamp(at[1] + way[1] * far, height)];
      setByKeys(true);
      setAt(next);
      const [x, y] = [next[0] / width, next[1] / height].map((part) => Math.round(100 * part));
      announce(text.board.said.at(x as number, y as number));
    } else if (event.key === "Enter" || event.key === " ") set();
    else if (event.key === "Escape") onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <svg
      ref={svg}
      className="placing"
      viewBox={`0 0 ${width} ${height}`}
      role="application"
      aria-label={words.surface}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys, as an application does
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setByKeys(false);
        setFrom(within(event));
        setAt(within(event));
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) setAt(within(event));
      }}
      onPointerUp={(event) => {
        if (from && event.currentTarget.hasPointerCapture(event.pointerId))
          onPlaced(from, within(event));
      }}
      onPointerCancel={() => setFrom(null)}
    >
      <rect className="placing-ground" width={width} height={height} />
      {from && <path className="placing-outline" d={preview(kind, from, at, width)} />}
      {byKeys && <Cross at={at} size={width / 40} />}
    </svg>
  );
}

function Cross({ at: [x, y], size }: { at: Point; size: number }) {
  return (
    <path
      className="placing-cross"
      d={`M${x - size} ${y}h${2 * size}M${x} ${y - size}v${2 * size}`}
    />
  );
}

function preview(kind: MarkKind | "label", from: Point, to: Point, width: number): string {
  const outline = outlineOf(kind === "label" ? "box" : kind, from, to, width);
  return `M${outline.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}${outline.length > 2 && kind !== "arc_arrow" ? "z" : ""}`;
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
