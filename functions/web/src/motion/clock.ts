/** The page's own clock of a motion: play, pause, seek and speed need no round trip. */

export const MIN_SPEED = 0.1;
export const MAX_SPEED = 4;
export const SPEEDS = [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4] as const;

/** A pause of the browser longer than this (a hidden page, a breakpoint) is not played through. */
const LONGEST_STEP_S = 0.25;

export class PlayClock {
  private at = 0;
  private rate = 1;
  private running = false;
  private last: number | null = null;
  private starved = false;
  loop = true;

  constructor(public duration: number) {}

  /** Seconds of the motion. */
  get time(): number {
    return this.at;
  }

  get speed(): number {
    return this.rate;
  }

  get playing(): boolean {
    return this.running;
  }

  /** Whether it would go on, and waits for frames. */
  get waiting(): boolean {
    return this.running && this.starved;
  }

  /** At the end it begins again. */
  play(): void {
    if (this.at >= this.duration) this.at = 0;
    this.running = true;
    this.last = null;
  }

  pause(): void {
    this.running = false;
    this.starved = false;
  }

  seek(time: number): void {
    this.at = Math.min(Math.max(0, time), this.duration);
  }

  setSpeed(speed: number): void {
    this.rate = Math.min(Math.max(speed, MIN_SPEED), MAX_SPEED);
  }

  /** To the next of the named speeds, up or down. */
  nudgeSpeed(direction: 1 | -1): void {
    const next =
      direction > 0
        ? SPEEDS.find((speed) => speed > this.rate + 1e-9)
        : SPEEDS.findLast((speed) => speed < this.rate - 1e-9);
    if (next !== undefined) this.rate = next;
  }

  /**
   * Go on to now.
   *
   * @param now - milliseconds of any steady clock.
   * @param readyUntil - up to which time frames are here, seconds; it never goes past that.
   * @returns the time to show, seconds.
   */
  tick(now: number, readyUntil: (time: number) => number): number {
    const elapsed = this.last === null ? 0 : Math.min((now - this.last) / 1000, LONGEST_STEP_S);
    this.last = now;
    if (!this.running) return this.at;
    const wanted = this.at + elapsed * this.rate;
    const ready = readyUntil(this.at);
    this.starved = ready < this.duration - 1e-9 && wanted > ready;
    this.at = Math.max(this.at, Math.min(wanted, ready, this.duration));
    if (!this.starved && wanted >= this.duration) this.finish(wanted);
    return this.at;
  }

  private finish(wanted: number): void {
    if (this.loop && this.duration > 0) {
      this.at = wanted % this.duration;
      return;
    }
    this.at = this.duration;
    this.running = false;
  }
}
