/** When to look: soon after a change, one glance under way at most, and never two for one state. */

/** Long enough to gather a burst of changes, short enough to stay within 300 ms of the pen. */
const AFTER_CHANGE_MS = 90;
/** No answer by then: it was lost. Longer than a function takes that has to start first. */
const LOST_AFTER_MS = 8_000;

export interface Looker {
  /** Send a glance of how the drawing is now; false if it can't be sent. */
  look(): Promise<boolean>;
  /** What was drawn from a time on, milliseconds, is seen by now: how far it is behind the pen. */
  seen?(since: number): void;
}

export class Glances {
  private wanted = false;
  private underway = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private giveUp: ReturnType<typeof setTimeout> | undefined;
  /** The first change that no glance has taken in, and the first that the one under way has. */
  private unseen: number | null = null;
  private looking: number | null = null;

  constructor(private readonly looker: Looker) {}

  /** The drawing has changed. */
  changed(): void {
    this.wanted = true;
    this.unseen ??= performance.now();
    this.schedule();
  }

  /** The answer is there. */
  answered(): void {
    if (this.looking !== null) this.looker.seen?.(this.looking);
    this.over();
  }

  /** No answer will come. */
  over(): void {
    clearTimeout(this.giveUp);
    this.looking = null;
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
    this.looking = null;
  }

  /** No answer came: what was drawn is still to be seen. */
  private lost(): void {
    this.wanted = true;
    this.unseen = this.looking;
    this.over();
  }

  private schedule(): void {
    if (!this.wanted || this.underway || this.timer !== undefined) return;
    this.timer = setTimeout(() => void this.look(), AFTER_CHANGE_MS);
  }

  private async look(): Promise<void> {
    this.timer = undefined;
    this.wanted = false;
    this.underway = true;
    this.looking = this.unseen;
    this.unseen = null;
    if (await this.looker.look()) {
      if (this.underway) this.giveUp = setTimeout(() => this.lost(), LOST_AFTER_MS);
    } else {
      this.over();
    }
  }
}
