/** What is on the board, and how it came to be: undo and redo. */

import type { Element } from "./elements";

const LONGEST = 200;

export interface History {
  past: readonly (readonly Element[])[];
  now: readonly Element[];
  future: readonly (readonly Element[])[];
}

export const EMPTY: History = { past: [], now: [], future: [] };

export function change(history: History, now: readonly Element[]): History {
  if (now === history.now) return history;
  return { past: [...history.past, history.now].slice(-LONGEST), now, future: [] };
}

export function undo({ past, now, future }: History): History | null {
  const before = past.at(-1);
  return before ? { past: past.slice(0, -1), now: before, future: [now, ...future] } : null;
}

export function redo({ past, now, future }: History): History | null {
  const next = future[0];
  return next ? { past: [...past, now], now: next, future: future.slice(1) } : null;
}
