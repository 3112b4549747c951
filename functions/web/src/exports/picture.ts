/** The view as it is now, with its labels, as a PNG. */

import type { Stage } from "../viewer/stage";

export async function takePicture(stage: Stage, labels: Iterable<HTMLElement>): Promise<Blob> {
  const paper = document.createElement("canvas");
  const pen = paper.getContext("2d");
  if (!pen) throw new Error("no 2D canvas");
  // What is drawn by WebGL is kept until the browser next shows the page: it must be copied now.
  const canvas = stage.drawNow();
  paper.width = canvas.width;
  paper.height = canvas.height;
  pen.drawImage(canvas, 0, 0);
  drawLabels(pen, canvas, labels);
  return new Promise((resolve, reject) => {
    paper.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}

function drawLabels(
  pen: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  labels: Iterable<HTMLElement>,
): void {
  const frame = canvas.getBoundingClientRect();
  const scale = canvas.width / Math.max(1, frame.width);
  pen.scale(scale, scale);
  pen.textBaseline = "top";
  for (const label of labels) {
    const style = getComputedStyle(label);
    if (style.visibility === "hidden") continue;
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    for (const line of label.children) {
      const { left, top } = line.getBoundingClientRect();
      pen.lineWidth = 3;
      pen.strokeStyle = style.getPropertyValue("--viewer-paper") || "white";
      pen.fillStyle = style.color;
      const words = line.textContent ?? "";
      pen.strokeText(words, left - frame.left, top - frame.top);
      pen.fillText(words, left - frame.left, top - frame.top);
    }
  }
}
