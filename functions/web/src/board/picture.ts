/** The board as an image file. */

import { type Element, type Extent, extentOf } from "./elements";
import { ON_WHITE, paint } from "./paint";

/** Wide enough for small writing to be read. */
const PICTURE_WIDTH = 1600;
const LARGEST_SCALE = 2.5;
/** Pixels that are read in a glance, and the most for each unit of the board. */
const GLANCE_AREA = 260_000;
const GLANCE_SCALE = 1.25;
/** A glance is one frame of the socket: 32 KB, of which base64 costs a quarter. */
const GLANCE_BYTES = 22_000;
const GLANCE_SMALLEST_AREA = 60_000;

/** Paper left round what is drawn, as a part of its longer side. */
const MARGIN = 0.12;
const LEAST_MARGIN = 40;

/**
 * What is drawn, with a margin, in dark ink on white: neither the theme nor how large the board
 * is should change what is read. Throws Error for an empty board.
 */
export function picture(elements: readonly Element[]): Promise<Blob> {
  const sheet = sheetOf(elements);
  const scale = Math.min(LARGEST_SCALE, Math.max(1, PICTURE_WIDTH / (sheet.right - sheet.left)));
  return render(elements, sheet, scale);
}

/** The part of the board that is sent. */
export function sheetOf(elements: readonly Element[]): Extent {
  const extent = extentOf(elements);
  if (!extent) throw new Error("nothing is drawn");
  const { left, top, right, bottom } = extent;
  const margin = Math.max(LEAST_MARGIN, MARGIN * Math.max(right - left, bottom - top));
  return {
    left: left - margin,
    top: top - margin,
    right: right + margin,
    bottom: bottom + margin,
  };
}

/** What is read in a glance: not labels that were typed, which would be taken for marks. */
export function glanced(elements: readonly Element[]): Element[] {
  return elements.filter(({ type }) => type !== "lettering");
}

/** A small image of a part of the board for `look`; null if the drawing is too full for one. */
export async function glance(elements: readonly Element[], sheet: Extent): Promise<Blob | null> {
  const whole = (sheet.right - sheet.left) * (sheet.bottom - sheet.top);
  for (let area = GLANCE_AREA; area >= GLANCE_SMALLEST_AREA; area *= 0.6) {
    const image = await render(elements, sheet, Math.min(GLANCE_SCALE, Math.sqrt(area / whole)));
    if (image.size <= GLANCE_BYTES) return image;
  }
  return null;
}

function render(elements: readonly Element[], sheet: Extent, scale: number): Promise<Blob> {
  const [width, height] = [sheet.right - sheet.left, sheet.bottom - sheet.top];
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  // Drawn where it is read: fetching it from a graphics card takes longer than drawing it.
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("this browser draws no canvas");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  context.translate(-sheet.left, -sheet.top);
  paint(context, elements, ON_WHITE);
  return canvas.convertToBlob({ type: "image/png" });
}
