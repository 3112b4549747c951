/** What changes with the place in the page: its title, and where the keyboard is. */

import { useEffect, useRef } from "react";
import { text } from "../text";

const TITLES: Record<string, string> = {
  mine: text.mine.title,
  sim: text.simulation.title,
  s: text.simulation.title,
};

/** Give each place its title; on going to another kind of place, begin at its beginning. */
export function useArrival(place: string): void {
  const kind = place.split("/")[1] ?? "";
  const before = useRef<string | null>(null);
  useEffect(() => {
    const title = TITLES[kind] ?? text.motto;
    document.title = `${text.name}: ${title}`;
    if (before.current !== null && before.current !== kind) {
      window.scrollTo(0, 0);
      document.getElementById("main")?.focus({ preventScroll: true });
    }
    before.current = kind;
  }, [kind]);
}

/** A file that misses its place must not take the page's. */
export function useNoStrayDrops(): void {
  useEffect(() => {
    const stop = (event: DragEvent) => event.preventDefault();
    window.addEventListener("dragover", stop);
    window.addEventListener("drop", stop);
    return () => {
      window.removeEventListener("dragover", stop);
      window.removeEventListener("drop", stop);
    };
  }, []);
}
