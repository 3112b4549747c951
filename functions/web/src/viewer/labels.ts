/** Names and numbers beside what they belong to: HTML over the canvas, moved without a re-render. */

import { type Camera as Eye, Vector3 } from "three";

export interface LabelText {
  /** What it belongs to. */
  readonly body: number;
  readonly lines: readonly string[];
}

interface Label {
  readonly element: HTMLElement;
  readonly body: number;
  x: number;
  y: number;
}

/** The gap to what it belongs to, in CSS pixels. */
const GAP = 3;

export class Labels {
  private labels: Label[] = [];
  private readonly point = new Vector3();

  constructor(private readonly layer: HTMLElement) {}

  set(texts: readonly LabelText[]): void {
    this.layer.replaceChildren();
    this.labels = texts.map(({ body, lines }) => {
      const element = document.createElement("div");
      element.className = "stage-label";
      for (const line of lines) {
        const span = document.createElement("span");
        span.textContent = line;
        element.append(span);
      }
      this.layer.append(element);
      return { element, body, x: Number.NaN, y: Number.NaN };
    });
  }

  /**
   * Move them to where bodies are.
   *
   * @param topOf - writes the upper right of a body, in the world.
   */
  update(
    camera: Eye,
    width: number,
    height: number,
    topOf: (body: number, into: Vector3) => void,
  ): void {
    for (const label of this.labels) {
      topOf(label.body, this.point);
      this.point.project(camera);
      const x = Math.round((((this.point.x + 1) / 2) * width + GAP) * 2) / 2;
      const y = Math.round((((1 - this.point.y) / 2) * height - GAP) * 2) / 2;
      if (x === label.x && y === label.y) continue;
      label.x = x;
      label.y = y;
      label.element.style.transform = `translate(${x}px, ${y}px) translate(0, -100%)`;
    }
  }

  setVisible(visible: boolean): void {
    this.layer.hidden = !visible;
  }

  clear(): void {
    this.layer.replaceChildren();
    this.labels = [];
  }
}
