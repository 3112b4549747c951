/** What labels say. */

import type { Header } from "../motion/header";
import type { LabelText } from "./labels";
import { massText, nameText } from "./units";

/** Names fit beside so many bodies; beside more only what they weigh. */
const MOST_NAMED = 3;
/** Beside more than this many there is no room for anything. */
const MOST_LABELLED = 24;

/** A label for each body that weighs something. */
export function labelsOf(header: Header, heavy: readonly number[]): LabelText[] {
  if (heavy.length > MOST_LABELLED) return [];
  return heavy.flatMap((body) => {
    const one = header.bodies[body];
    if (!one) return [];
    const mass = massText(one.mass);
    const lines = heavy.length > MOST_NAMED ? [mass] : [nameText(one.name), mass];
    return [{ body, lines }];
  });
}
