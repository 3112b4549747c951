/** Ink on the paper: what is drawn, and what is being drawn. */

import { type RefObject, useCallback, useRef } from "react";
import { useDark } from "../app/theme";
import type { Drawing } from "./drawing";
import type { Hand } from "./hand";
import type { Layout } from "./layout";
import { ON_DARK, ON_WHITE, paint, paintWet } from "./paint";

interface Paper {
  readonly drawing: Drawing;
  readonly hand: Hand;
  readonly layout: Layout | null;
  readonly ink: RefObject<HTMLCanvasElement | null>;
  readonly wet: RefObject<SVGPathElement | null>;
}

/** How to paint both; each is new when it has to be painted anew. */
export function useInk({ drawing, hand, layout, ink, wet }: Paper) {
  const frame = useRef(0);
  const palette = useDark() ? ON_DARK : ON_WHITE;

  // Ink that is dry: painted when the drawing, the room or the theme changes, or while erasing.
  const paintDry = useCallback(() => {
    const context = cleared(ink.current, layout);
    if (!context) return;
    const left = drawing.elements.filter(({ id }) => !hand.erased.has(id));
    paint(context, left, palette);
  }, [drawing, hand, ink, layout, palette]);

  // Ink that is wet: at most once a frame.
  const moisten = useCallback(() => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      if (wet.current) paintWet(wet.current, hand.live, palette);
    });
  }, [hand, palette, wet]);

  return { paintDry, moisten };
}

/** A canvas as sharp as the screen, empty, in board units. */
function cleared(canvas: HTMLCanvasElement | null, layout: Layout | null) {
  const context = canvas?.getContext("2d");
  if (!canvas || !context || !layout) return null;
  const pixels = window.devicePixelRatio * layout.scale;
  const width = Math.round(layout.size.width * pixels);
  const height = Math.round(layout.size.height * pixels);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(pixels, 0, 0, pixels, 0, 0);
  return context;
}
