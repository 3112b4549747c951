/** A drawing as a sheet in the world. */

import type { Analysis } from "../service/model";

/** What is needed to lay a drawing out. */
export type Sheet = Pick<Analysis, "width" | "height" | "metres_per_pixel" | "rectify">;

/**
 * Where a pixel of the image lies in the world, metres: straightened first, if the page was seen at
 * a slant, and z up.
 */
export function worldOfPixel(sheet: Sheet, x: number, y: number): [x: number, z: number] {
  let [u, v] = [x, y];
  const h = sheet.rectify;
  if (h && h.length === 9) {
    const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, i = 0, j = 1] = h;
    const w = g * x + i * y + j;
    u = (a * x + b * y + c) / w;
    v = (d * x + e * y + f) / w;
  }
  return [u * sheet.metres_per_pixel, -v * sheet.metres_per_pixel];
}
