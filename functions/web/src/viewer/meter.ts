/** How smoothly frames come: their rate, and the longest wait, over the last ten seconds. */

const MOST = 600;

export class FrameMeter {
  private readonly waits = new Float64Array(MOST);
  private count = 0;
  private last: number | null = null;

  /** A frame was drawn, at a time in milliseconds. */
  drew(now: number): void {
    if (this.last !== null) {
      this.waits[this.count % MOST] = now - this.last;
      this.count++;
    }
    this.last = now;
  }

  /** Nothing had to be drawn: the pause is none. */
  rested(): void {
    this.last = null;
  }

  reset(): void {
    this.count = 0;
    this.last = null;
  }

  private sorted(): Float64Array {
    return this.waits.slice(0, Math.min(this.count, MOST)).sort();
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
