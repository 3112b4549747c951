/** The board as an image file. */

import type { Size } from "./drawing";
import type { Element } from "./elements";
import { ON_WHITE, paint } from "./paint";

/** Wide enough for small writing to be read. */
const PICTURE_WIDTH = 1600;
const LARGEST_SCALE = 2.5;
/** A glance is one frame of the socket: 32 KB, of which base64 costs a quarter. */
const GLANCE_WIDTH = 720;
const GLANCE_BYTES = 22_000;
const GLANCE_SMALLEST = 320;

/** Dark ink on white, whatever the theme: what is read should not depend on it. */
export function picture(elements: readonly Element[], size: Size): Promise<Blob> {
  const scale = Math.min(LARGEST_SCALE, Math.max(1, PICTURE_WIDTH / size.width));
  return render(elements, size, scale, "image/png");
}

/** A small image for `look`; null if the drawing is too full for one. */
export async function glance(elements: readonly Element[], size: Size): Promise<Blob | null> {
  for (let width = GLANCE_WIDTH; width >= GLANCE_SMALLEST; width *= 0.75) {
    const image = await render(elements, size, width / size.width, "image/png");
    if (image.size <= GLANCE_BYTES) return image;
  }
  return null;
}

async function render(elements: readonly Element[], size: Size, scale: number, type: string) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(size.width * scale);
  canvas.height = Math.round(size.height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws no canvas");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  paint(context, elements, ON_WHITE);
  return new Promise<Blob>((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no image"))), type),
  );
}

/** Base64 of a blob, without a `data:` prefix. */
export async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
