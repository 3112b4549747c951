/** Names and numbers beside what they belong to: HTML over the canvas, moved without a re-render. */

import { type Camera as Eye, Vector2, Vector3 } from "three";

export interface LabelText {
  /** What it belongs to. */
  readonly body: number;
  readonly lines: readonly string[];
}

/** A rectangle of the screen, CSS pixels. */
interface Room {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Label {
  readonly element: HTMLElement;
  readonly body: number;
  /** Its size, CSS pixels; 0 until it is shown. */
  width: number;
  height: number;
  /** Which of `CORNERS` it is at: it stays there for as long as there is room. */
  corner: number;
  x: number;
  y: number;
}

/** The gap to what it belongs to, in CSS pixels. */
const GAP = 3;
/** Beside a body to the right and above, and so on: the first is where one looks first. */
const CORNERS = [
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
] as const;

export class Labels {
  private labels: Label[] = [];
  private readonly point = new Vector3();
  private readonly margin = new Vector2();

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
      return { element, body, width: 0, height: 0, corner: 0, x: Number.NaN, y: Number.NaN };
    });
  }

  /**
   * Move them to where bodies are: each to the first of its body's corners where it lies on no
   * other. One that has room nowhere is not shown.
   *
   * @param middleOf - writes the middle of a body, in the world, and how far from it to the side and
   *   up or down a label is clear of it, CSS pixels.
   */
  update(
    camera: Eye,
    width: number,
    height: number,
    middleOf: (body: number, into: Vector3, clear: Vector2) => void,
  ): void {
    const taken: Room[] = [];
    for (const label of this.labels) {
      middleOf(label.body, this.point, this.margin);
      this.margin.addScalar(GAP);
      this.point.project(camera);
      const x = ((this.point.x + 1) / 2) * width;
      const y = ((1 - this.point.y) / 2) * height;
      measure(label);
      const room = findRoom(label, x, y, this.margin, { width, height }, taken);
      show(label, room);
      if (room) taken.push(room);
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

function measure(label: Label): void {
  if (label.width > 0) return;
  label.width = label.element.offsetWidth;
  label.height = label.element.offsetHeight;
}

/** Where a label goes about a point; null if there is room at no corner. Changes its corner. */
export function findRoom(
  label: Pick<Label, "width" | "height" | "corner">,
  x: number,
  y: number,
  clear: { readonly x: number; readonly y: number },
  view: { readonly width: number; readonly height: number },
  taken: readonly Room[],
): Room | null {
  for (let turn = 0; turn < CORNERS.length; turn++) {
    const corner = (label.corner + turn) % CORNERS.length;
    const [right, down] = CORNERS[corner] as (typeof CORNERS)[number];
    const left = right > 0 ? x + clear.x : x - clear.x - label.width;
    const top = down > 0 ? y + clear.y : y - clear.y - label.height;
    const room = { left, top, right: left + label.width, bottom: top + label.height };
    const inside = left >= 0 && top >= 0 && room.right <= view.width && room.bottom <= view.height;
    if (!inside || taken.some((other) => overlap(room, other))) continue;
    label.corner = corner;
    return room;
  }
  return null;
}

function overlap(one: Room, other: Room): boolean {
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top < other.bottom &&
    other.top < one.bottom
  );
}

function show(label: Label, room: Room | null): void {
  const { style } = label.element;
  style.visibility = room ? "" : "hidden";
  if (!room) return;
  const [x, y] = [Math.round(room.left * 2) / 2, Math.round(room.top * 2) / 2];
  if (x === label.x && y === label.y) return;
  label.x = x;
  label.y = y;
  style.transform = `translate(${x}px, ${y}px)`;
}
