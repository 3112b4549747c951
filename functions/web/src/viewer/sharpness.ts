/**
 * How sharply to draw: while it moves as sharply as frames come in time, and at rest as sharply as
 * can be seen. Without a graphics card that is the difference between smooth and jerky.
 */

/** More device pixels for each of CSS's than this can't be told apart, and cost. */
const MOST_PIXELS = 2;
/** Between frames that come in time at 60 a second there is less than this. */
const LATE_MS = 21;
const LEAST = 0.5;
const STEP = 0.8;
/** Checks in time after which it is drawn more sharply again; twice as many each time it was too much. */
const PATIENCE = 8;
/** Without a new picture for so long, it rests. */
const REST_MS = 250;
/** Pixels that a processor draws in a blink, for a picture that stays. */
const MOST_AT_REST = 4e6;

export class Sharpness {
  private part = 1;
  private resting = false;
  private inTime = 0;
  private patience = PATIENCE;
  private raised = false;
  private fixed = false;

  /** @param smooths - whether edges are smoothed in drawing; else, at rest, by drawing finer. */
  constructor(private readonly smooths: boolean) {}

  /**
   * Device pixels to draw for each of CSS's.
   *
   * @param ofScreen - that the screen has.
   * @param area - of the picture, in CSS pixels.
   */
  ratio(ofScreen: number, area: number): number {
    const most = Math.min(ofScreen, MOST_PIXELS);
    if (!this.resting) return most * this.part;
    return this.smooths || area * MOST_PIXELS ** 2 > MOST_AT_REST ? most : MOST_PIXELS;
  }

  /** Stay as it is when it moves, such as for a video, whose pictures are all of one size. */
  fix(fixed: boolean): void {
    this.fixed = fixed;
    if (fixed) this.resting = false;
  }

  /** It moves: true if the ratio is another now. */
  move(): boolean {
    if (!this.resting) return false;
    this.resting = false;
    return this.part < 1 || !this.smooths;
  }

  /** Nothing was drawn for so many milliseconds: true if the ratio is another now. */
  rest(milliseconds: number): boolean {
    if (this.fixed || this.resting || milliseconds < REST_MS) return false;
    this.resting = true;
    return this.part < 1 || !this.smooths;
  }

  /** A check of how long frames take while it moves, milliseconds: true if the ratio is another now. */
  check(wait: number): boolean {
    if (this.fixed) return false;
    if (wait < LATE_MS) return this.maySharpen();
    this.inTime = 0;
    if (this.raised) this.patience *= 2;
    this.raised = false;
    if (this.part <= LEAST) return false;
    this.part = Math.max(LEAST, this.part * STEP);
    return true;
  }

  private maySharpen(): boolean {
    this.raised = this.raised && this.inTime === 0;
    this.inTime++;
    if (this.part >= 1 || this.inTime < this.patience) return false;
    this.inTime = 0;
    this.raised = true;
    this.part = Math.min(1, this.part / STEP);
    return true;
  }
}
