/** The worker that draws glances: what is drawn meanwhile waits for none of it. */

import { toBase64 } from "../motion/base64";
import type { Element, Extent } from "./elements";
import { glance } from "./picture";

/** The board as it is now: all that is on it by id, and what the worker has not been told of yet. */
export interface Board {
  readonly ids: readonly string[];
  readonly fresh: readonly Element[];
  /** The part of it that is drawn on. */
  readonly sheet: Extent;
}

/** Kept from one glance to the next, with the outlines that were computed of them. */
let known = new Map<string, Element>();

self.onmessage = async ({ data: { ids, fresh, sheet } }: MessageEvent<Board>) => {
  for (const element of fresh) known.set(element.id, element);
  const elements = ids.flatMap((id) => known.get(id) ?? []);
  known = new Map(elements.map((element) => [element.id, element]));
  const image = await glance(elements, sheet);
  postMessage(image && toBase64(new Uint8Array(await image.arrayBuffer())));
};
