/** When to look: soon after a change, one glance under way at most, and never two for one state. */

/** Long enough to gather what changes in one go, such as a stroke that ends and is kept. */
const AFTER_CHANGE_MS = 20;
/** From one glance to the next at least: the service takes ten a second from a caller for long. */
const LEAST_BETWEEN_MS = 110;
/** No answer by then: it was lost. Longer than a function takes that has to start first. */
const LOST_AFTER_MS = 8_000;

export interface Looker {
  /** Send a glance of how the drawing is now; false if it can't be sent. */
  look(): Promise<boolean>;
  /** A glance has been answered. */
  seen?(course: Course): void;
}

/** When what came to pass, milliseconds. */
export interface Course {
  /** The first change that the glance took in: it is so far behind the pen. */
  readonly changed: number;
  readonly begun: number;
  readonly sent: number;
}

export class Glances {
  private wanted = false;
  private underway = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private giveUp: ReturnType<typeof setTimeout> | undefined;
  /** The first change that no glance has taken in. */
  private unseen: number | null = null;
  /** Of the glance under way. */
  private course: { changed: number; begun: number; sent: number } | null = null;
  private begun = Number.NEGATIVE_INFINITY;

  constructor(private readonly looker: Looker) {}

  /** The drawing has changed. */
  changed(): void {
    this.wanted = true;
    this.unseen ??= performance.now();
    this.schedule();
  }

  /** The answer is there. */
  answered(): void {
    if (this.course) this.looker.seen?.(this.course);
    this.over();
  }

  /** No answer will come. */
  over(): void {
    clearTimeout(this.giveUp);
    this.course = null;
    this.underway = false;
    this.schedule();
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.giveUp);
    this.timer = undefined;
    this.wanted = false;
    this.underway = false;
    this.unseen = null;
    this.course = null;
  }

  /** No answer came: what was drawn is still to be seen. */
  private lost(): void {
    this.wanted = true;
    this.unseen = this.course?.changed ?? null;
    this.over();
  }

  private schedule(): void {
    if (!this.wanted || this.underway || this.timer !== undefined) return;
    const due = Math.max(AFTER_CHANGE_MS, this.begun + LEAST_BETWEEN_MS - performance.now());
    this.timer = setTimeout(() => void this.look(), due);
  }

  private async look(): Promise<void> {
    this.timer = undefined;
    this.wanted = false;
    this.underway = true;
    this.begun = performance.now();
    const course = { changed: this.unseen ?? this.begun, begun: this.begun, sent: 0 };
    this.course = course;
    this.unseen = null;
    const sent = await this.looker.look();
    course.sent = performance.now();
    if (!sent) this.over();
    else if (this.underway) this.giveUp = setTimeout(() => this.lost(), LOST_AFTER_MS);
  }
}
