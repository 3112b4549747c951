/** A hand that is moved by keys. */

import type { KeyboardEvent } from "react";
import type { Point } from "../service/model";

/** CSS pixels. */
const KEY_STEP = 10;
const KEY_STRIDE = 50;

interface KeyActions {
  caret: Point;
  /** Board units a CSS pixel. */
  step: number;
  limit: { width: number; height: number } | null;
  moveTo(at: Point): void;
  press(at: Point): void;
  /** Let go without drawing; false if nothing was held. */
  release(): boolean;
  otherwise(event: KeyboardEvent): void;
}

const ARROWS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What to do at a key: the arrows move, space and Enter set down and lift, Escape lets go. */
export function keyboardHand(actions: KeyActions) {
  const { caret, step, limit, moveTo, press, release, otherwise } = actions;
  return (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const way = ARROWS[event.key];
    if (way && limit) {
      const far = (event.shiftKey ? KEY_STRIDE : event.altKey ? 1 : KEY_STEP) * step;
      moveTo([
        Math.min(limit.width, Math.max(0, caret[0] + way[0] * far)),
        Math.min(limit.height, Math.max(0, caret[1] + way[1] * far)),
      ]);
    } else if ((event.key === " " || event.key === "Enter") && !event.ctrlKey && !event.metaKey) {
      press(caret);
    } else if (!(event.key === "Escape" && release())) {
      otherwise(event);
      return;
    }
    event.preventDefault();
  };
}
