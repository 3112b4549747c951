/** The drawing of this visit: changed by the board, kept in the browser, watched by the page. */

import type { Element } from "./elements";
import { change, EMPTY, type History, redo, undo } from "./history";

const KEY = "simgen.drawing";

/** The board's size in its own units. */
export interface Size {
  width: number;
  height: number;
}

type Keeper = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Drawing {
  private history: History;
  private watchers = new Set<() => void>();
  size: Size | null;

  constructor(private readonly storage: Keeper) {
    const kept = this.read();
    this.history = { ...EMPTY, now: kept?.elements ?? [] };
    this.size = kept?.size ?? null;
  }

  get elements(): readonly Element[] {
    return this.history.now;
  }

  get canUndo(): boolean {
    return this.history.past.length > 0;
  }

  get canRedo(): boolean {
    return this.history.future.length > 0;
  }

  add(...elements: Element[]): void {
    if (elements.length) this.become(change(this.history, [...this.elements, ...elements]));
  }

  remove(ids: ReadonlySet<string>): void {
    const left = this.elements.filter((element) => !ids.has(element.id));
    if (left.length < this.elements.length) this.become(change(this.history, left));
  }

  clear(): void {
    if (this.elements.length) this.become(change(this.history, []));
  }

  undo(): boolean {
    return this.become(undo(this.history));
  }

  redo(): boolean {
    return this.become(redo(this.history));
  }

  /** For React's `useSyncExternalStore`: `elements` is a new array after every change. */
  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private become(history: History | null): boolean {
    if (!history) return false;
    this.history = history;
    this.write();
    for (const watcher of [...this.watchers]) watcher();
    return true;
  }

  private read(): { elements: Element[]; size: Size } | null {
    try {
      return JSON.parse(this.storage.getItem(KEY) ?? "null");
    } catch {
      return null;
    }
  }

  private write(): void {
    try {
      const kept = { elements: this.elements, size: this.size };
      this.storage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Full or switched off: the drawing lasts as long as the page.
    }
  }
}
