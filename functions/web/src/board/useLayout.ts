/** The drawing's place in the room that the page gives. */

import { type RefObject, useEffect, useState } from "react";
import type { Drawing } from "./drawing";
import { type Layout, layOut } from "./layout";

/** Follows the room; null until it is known. */
export function useLayout(paper: RefObject<HTMLDivElement | null>, drawing: Drawing) {
  const [layout, setLayout] = useState<Layout | null>(null);
  useEffect(() => {
    const element = paper.current;
    if (!element) return;
    const measure = () => {
      const room = { width: element.clientWidth, height: element.clientHeight };
      if (!room.width || !room.height) return;
      const next = layOut(room, drawing.elements);
      drawing.size = next.size;
      setLayout(next);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [paper, drawing]);
  return layout;
}
