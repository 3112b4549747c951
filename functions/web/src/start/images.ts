/** Images as the service takes them. */

const TAKEN = ["image/png", "image/jpeg", "image/webp"];
const MAX_BYTES = 10_000_000;
/** The longest side of what is made smaller: as sharp as a drawing needs. */
const SHRUNK_SIDE = 3000;
const JPEG_QUALITY = 0.9;

export class NotAnImage extends Error {}

/**
 * The image itself where it is taken as it is; else as a JPEG, if this browser can show it.
 *
 * Throws NotAnImage.
 */
export async function acceptable(file: Blob): Promise<Blob> {
  if (TAKEN.includes(file.type) && file.size <= MAX_BYTES) return file;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new NotAnImage();
  }
  const scale = Math.min(1, SHRUNK_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new NotAnImage();
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new NotAnImage())),
      "image/jpeg",
      JPEG_QUALITY,
    ),
  );
}

/** The first image in what was dropped or pasted. */
export function imageIn(data: DataTransfer | null): File | null {
  return [...(data?.files ?? [])].find((file) => file.type.startsWith("image/")) ?? null;
}
