/** Glances of the board, drawn by a worker that is told only of what is new. */

import type { Element, Extent } from "./elements";
import type { Board } from "./glancing";

export class Glancer {
  private worker: Worker | null = null;
  private told = new Map<string, Element>();

  /** A part of the board as a PNG in base64; null if there is too much on it for one. One at a time. */
  draw(elements: readonly Element[], sheet: Extent): Promise<string | null> {
    this.worker ??= new Worker(new URL("./glancing.ts", import.meta.url), { type: "module" });
    const { worker } = this;
    const fresh = elements.filter((element) => this.told.get(element.id) !== element);
    this.told = new Map(elements.map((element) => [element.id, element]));
    worker.postMessage({ ids: [...this.told.keys()], fresh, sheet } satisfies Board);
    return new Promise((resolve) => {
      worker.onmessage = (event: MessageEvent<string | null>) => resolve(event.data);
      worker.onerror = () => resolve(null);
    });
  }

  /** The next glance begins with nothing known. */
  stop(): void {
    this.worker?.terminate();
    this.worker = null;
    this.told.clear();
  }
}
