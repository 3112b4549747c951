/** How smoothly frames come: their rate, and the longest wait, over the last ten seconds. */

const MOST = 600;
const RECENT = 40;

export class FrameMeter {
  private readonly waits = new Float64Array(MOST);
  private drawn = 0;
  private last: number | null = null;

  /** A frame was drawn, at a time in milliseconds. */
  drew(now: number): void {
    if (this.last !== null) {
      this.waits[this.drawn % MOST] = now - this.last;
      this.drawn++;
    }
    this.last = now;
  }

  /** Nothing had to be drawn: the pause is none. */
  rested(): void {
    this.last = null;
  }

  reset(): void {
    this.drawn = 0;
    this.last = null;
  }

  /** How many waits were counted. */
  get count(): number {
    return this.drawn;
  }

  /** Three in four of the last waits are no longer than this, milliseconds; 0 before there are any. */
  get recent(): number {
    const from = Math.max(0, this.drawn - RECENT);
    const waits = Array.from({ length: this.drawn - from }, (_, i) => {
      return this.waits[(from + i) % MOST] as number;
    }).sort((a, b) => a - b);
    return waits[Math.floor(0.75 * waits.length)] ?? 0;
  }

  private sorted(): Float64Array {
    return this.waits.slice(0, Math.min(this.drawn, MOST)).sort();
  }

  /** Frames a second: of the middle wait; 0 before there are any. */
  get fps(): number {
    const waits = this.sorted();
    const middle = waits[waits.length >> 1];
    return middle ? Math.round(1000 / middle) : 0;
  }

  /** The longest wait, milliseconds. */
  get worst(): number {
    return this.sorted().at(-1) ?? 0;
  }
}
