/** The page's colours, as its style sheet has them now, for what is not drawn by it. */

import { Color } from "three";
import type { Stage } from "./stage";

/** Take paper and ink from an element's background and text colour, now and when they change. */
export function followTheme(element: HTMLElement, stage: Stage): () => void {
  const apply = () => {
    const style = getComputedStyle(element);
    const paper = cssColor(style.backgroundColor);
    const ink = cssColor(style.color);
    if (paper && ink) stage.setColors(paper, ink);
  };
  apply();
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", apply);
  const watch = new MutationObserver(apply);
  watch.observe(document.documentElement, { attributes: true });
  return () => {
    scheme.removeEventListener("change", apply);
    watch.disconnect();
  };
}

/** A computed colour, as the browser writes it: rgb() or color(srgb …). */
export function cssColor(text: string): Color | null {
  const numbers = text.match(/[\d.]+(?:e-?\d+)?/g)?.map(Number);
  if (!numbers || numbers.length < 3) return null;
  const scale = text.startsWith("color(") ? 1 : 255;
  const [r = 0, g = 0, b = 0] = numbers;
  return new Color().setRGB(r / scale, g / scale, b / scale);
}
