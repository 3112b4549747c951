/** How large the board is, in its own units, in the room that the page gives it. */

import type { Size } from "./drawing";
import { type Element, extentOf } from "./elements";

/** A narrow screen shows the board smaller, so that as much fits on it as on paper. */
const LEAST_WIDTH = 640;
const MARGIN = 24;

export interface Layout {
  size: Size;
  /** CSS pixels a unit. */
  scale: number;
}

/** The board in a room of so many CSS pixels; all that is drawn stays on it. */
export function layOut(room: Size, elements: readonly Element[]): Layout {
  const { right, bottom } = extentOf(elements) ?? { right: 0, bottom: 0 };
  const scale = Math.min(
    1,
    room.width / LEAST_WIDTH,
    room.width / (right + MARGIN),
    room.height / (bottom + MARGIN),
  );
  return { scale, size: { width: room.width / scale, height: room.height / scale } };
}
