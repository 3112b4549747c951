/**
 * Plays a motion on a stage: the loop of frames, and what is told of it ten times a second. No React
 * here, and nothing that re-renders a frame.
 */

import { PlayClock } from "../motion/clock";
import type { Chunk } from "../motion/codec";
import type { Header } from "../motion/header";
import { type Period, periodOf } from "../motion/period";
import { newPose, type Pose, Recording } from "../motion/recording";
import { type Track, trackOf } from "../motion/track";
import type { Motion } from "./dynamics";
import { FrameMeter } from "./meter";
import type { Stage } from "./stage";

/** How often numbers beside the picture change, milliseconds. */
const TELL_EVERY_MS = 100;
/** Frames after which it is looked whether they come in time. */
const SHARPNESS_FRAMES = 45;
/** Tracks are made anew from a motion that still grows no oftener than this. */
const TRACK_EVERY_MS = 500;

/** Something else that moves the bodies: MuJoCo in the page. */
export interface LiveMotion extends Motion {
  /** The time of its latest pose, seconds. */
  readonly now: number;
  readonly running: boolean;
}

/** What plays and pauses something live. */
export interface LiveControls {
  play(): void;
  pause(): void;
}

/** What is told of a body. */
export interface BodyReadout {
  readonly name: string;
  readonly speed: number | null;
  readonly acceleration: number | null;
  /** Radians a second, counter-clockwise. */
  readonly spin: number | null;
  readonly period: Period | null;
}

/** What is told ten times a second. */
export interface Readout {
  readonly time: number;
  readonly duration: number;
  /** Seconds of motion that are here. */
  readonly ready: number;
  readonly playing: boolean;
  readonly waiting: boolean;
  readonly complete: boolean;
  readonly speed: number;
  readonly loop: boolean;
  readonly live: boolean;
  readonly fps: number;
  readonly body: BodyReadout | null;
}

const NOTHING: Readout = {
  time: 0,
  duration: 0,
  ready: 0,
  playing: false,
  waiting: false,
  complete: false,
  speed: 1,
  loop: true,
  live: false,
  fps: 0,
  body: null,
};

export class Player {
  readonly clock = new PlayClock(0);
  readonly meter = new FrameMeter();
  private kept: Recording | null = null;
  private pose: Pose = newPose(0);
  private scratch: Pose = newPose(0);
  private live: LiveMotion | null = null;
  private shown = false;
  private request = 0;
  private last = 0;
  private told = 0;
  private readout: Readout = NOTHING;
  private readonly listeners = new Set<() => void>();
  private selected = 0;
  private chosen = false;
  private framed = 0;
  private track: {
    of: number;
    version: number;
    made: number;
    track: Track;
    period: Period | null;
  } | null = null;
  private drawnTime = Number.NaN;

  constructor(readonly stage: Stage) {}

  get recording(): Recording | null {
    return this.kept;
  }

  /** The body that numbers and plots are about. */
  get body(): number {
    return this.selected;
  }

  /** Begin another motion; what was shown stays until its first frame is here. */
  begin(header: Header): void {
    this.kept = new Recording(header);
    this.clock.duration = this.kept.duration;
    this.clock.seek(0);
    this.scratch = newPose(header.bodies.length);
    this.shown = false;
    this.framed = 0;
    this.track = null;
    this.live = null;
    this.selected = heaviest(header);
    this.chosen = false;
  }

  add(chunk: Chunk): void {
    const recording = this.kept;
    if (!recording) return;
    recording.add(chunk);
    if (!this.shown && recording.frame(0, this.scratch)) {
      this.shown = true;
      this.pose = newPose(recording.bodies);
      recording.frame(0, this.pose);
      this.stage.setModel(recording.header, this.pose);
      this.drawnTime = Number.NaN;
    }
    this.stage.noteSpeed(fastestIn(chunk));
    if (this.shown) {
      this.stage.extents?.addFrames(recording, this.framed, this.scratch);
      this.framed = Math.max(0, recording.through(this.framed));
    }
    if (recording.complete) this.chooseMover();
  }

  /** The body to tell of. */
  select(body: number): void {
    this.selected = body;
    this.chosen = true;
    this.tell();
  }

  /** Let something else move the bodies; null gives them back to the recording. */
  setLive(live: LiveMotion | null): void {
    this.live = live;
    this.drawnTime = Number.NaN;
    this.tell();
  }

  start(): void {
    const frame = (now: number) => {
      this.request = requestAnimationFrame(frame);
      this.frame(now);
    };
    this.request = requestAnimationFrame(frame);
  }

  stop(): void {
    cancelAnimationFrame(this.request);
  }

  /** Play and pause are then for what is live; null gives them back to the clock. */
  setControls(controls: LiveControls | null): void {
    this.controls = controls;
  }

  private controls: LiveControls | null = null;

  play(): void {
    if (this.controls) this.controls.play();
    else this.clock.play();
    this.tell();
  }

  pause(): void {
    if (this.controls) this.controls.pause();
    else this.clock.pause();
    this.tell();
  }

  toggle(): void {
    if (this.readout.live ? this.live?.running : this.clock.playing) this.pause();
    else this.play();
  }

  seek(time: number): void {
    this.clock.seek(time);
    this.tell();
  }

  /** So many frames on or back, and stop there. */
  step(frames: number): void {
    const { kept } = this;
    if (!kept || this.live) return;
    this.clock.pause();
    const frame = Math.round(this.clock.time / kept.dt) + frames;
    this.clock.seek(frame * kept.dt);
    this.tell();
  }

  setSpeed(speed: number): void {
    this.clock.setSpeed(speed);
    this.tell();
  }

  nudgeSpeed(direction: 1 | -1): void {
    this.clock.nudgeSpeed(direction);
    this.tell();
  }

  setLoop(loop: boolean): void {
    this.clock.loop = loop;
    this.tell();
  }

  /** Hear when the readout is new. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What is told; the same object until something is new. */
  readonly read = (): Readout => this.readout;

  /** Hear the time that is shown, at every frame that is: for what moves without React. */
  onFrame(listener: (time: number) => void): () => void {
    this.frames.add(listener);
    listener(this.clock.time);
    return () => this.frames.delete(listener);
  }

  private readonly frames = new Set<(time: number) => void>();

  /** What a body did so far, and its period; made anew as the motion grows. */
  trackOf(body: number, now = performance.now()): { track: Track; period: Period | null } | null {
    const { kept } = this;
    if (!kept || kept.through(0) < 1) return null;
    const { track } = this;
    const fresh = track && track.of === body && track.version === kept.version;
    const waiting = track && track.of === body && now - track.made < TRACK_EVERY_MS;
    if (track && (fresh || waiting)) return track;
    const made = trackOf(kept, body);
    this.track = {
      of: body,
      version: kept.version,
      made: now,
      track: made,
      period: periodOf(made, kept.complete),
    };
    return this.track;
  }

  /** One turn of the loop. */
  private frame(now: number): void {
    const seconds = this.last ? (now - this.last) / 1000 : 0;
    this.last = now;
    const { kept, live } = this;
    if (kept && this.shown) {
      if (live) this.showAt(live, live.now);
      else
        this.showAt(
          kept,
          this.clock.tick(now, (time) => kept.readyUntil(time)),
        );
    }
    if (this.stage.draw(seconds)) {
      this.meter.drew(now);
      if (this.meter.count % SHARPNESS_FRAMES === 0) this.stage.noteWait(this.meter.recent);
    } else this.meter.rested();
    if (now - this.told >= TELL_EVERY_MS) this.tell(now);
  }

  private showAt(motion: Motion, time: number): void {
    if (time === this.drawnTime) return;
    if (!motion.sample(time, this.pose)) return;
    this.drawnTime = time;
    this.stage.update(this.pose, motion, time);
    for (const listener of this.frames) listener(time);
  }

  private tell(now = performance.now()): void {
    this.told = now;
    // For those who measure: the page says it, and shows the rate.
    this.stage.canvas.dataset.fps = String(this.meter.fps);
    this.stage.canvas.dataset.worst = String(this.meter.worst);
    this.stage.canvas.dataset.drawn = String(this.meter.count);
    const next = this.nextReadout(now);
    const old = this.readout;
    const same =
      next.body?.name === old.body?.name &&
      next.body?.speed === old.body?.speed &&
      next.body?.acceleration === old.body?.acceleration &&
      next.body?.spin === old.body?.spin &&
      next.body?.period === old.body?.period &&
      (Object.keys(next) as (keyof Readout)[]).every(
        (key) => key === "body" || next[key] === old[key],
      );
    if (same) return;
    this.readout = next;
    for (const listener of [...this.listeners]) listener();
  }

  private nextReadout(now: number): Readout {
    const { kept, clock, live } = this;
    if (!kept) return NOTHING;
    const through = kept.through(0);
    return {
      time: live ? live.now : clock.time,
      duration: kept.duration,
      ready: Math.max(0, through) / kept.header.fps,
      playing: live ? live.running : clock.playing,
      waiting: clock.waiting,
      complete: kept.complete,
      speed: clock.speed,
      loop: clock.loop,
      live: live !== null,
      fps: this.meter.fps,
      body: this.readBody(kept, now),
    };
  }

  private readBody(recording: Recording, now: number): BodyReadout | null {
    const body = recording.header.bodies[this.selected];
    if (!body) return null;
    if (this.live) return this.readLive(body.name);
    const known = this.trackOf(this.selected, now);
    if (!known)
      return { name: body.name, speed: null, acceleration: null, spin: null, period: null };
    const { track, period } = known;
    const i = Math.min(track.times.length - 1, Math.round(this.clock.time / recording.dt));
    return {
      name: body.name,
      speed: track.speed[i] ?? null,
      acceleration: track.acceleration[i] ?? null,
      spin: track.spin[i] ?? null,
      period,
    };
  }

  private readonly vector = new Float64Array(3);

  private readLive(name: string): BodyReadout {
    const { live } = this;
    const dynamics = this.stage.dynamics;
    const known = live && dynamics?.velocity(live, live.now, this.selected, this.vector);
    const speed = known ? Math.hypot(...this.vector) : null;
    return { name, speed, acceleration: null, spin: null, period: null };
  }

  /** Tell of what moves most, unless a person has chosen. */
  private chooseMover(): void {
    const { kept } = this;
    const heavy = this.stage.dynamics?.heavy;
    if (!kept || !heavy || this.chosen || heavy.length < 2 || heavy.length > 60) return;
    const here = new Float64Array(3);
    let best = -1;
    for (const body of heavy) {
      const [low, high] = [
        [1 / 0, 1 / 0],
        [-1 / 0, -1 / 0],
      ] as const as unknown as [number[], number[]];
      for (let time = 0; time <= kept.duration; time += kept.duration / 100 || 1) {
        if (!kept.place(time, body, here)) break;
        [0, 2].forEach((axis, i) => {
          low[i] = Math.min(low[i] as number, here[axis] as number);
          high[i] = Math.max(high[i] as number, here[axis] as number);
        });
      }
      const range = Math.hypot(
        (high[0] as number) - (low[0] as number),
        (high[1] as number) - (low[1] as number),
      );
      if (Number.isFinite(range) && range > 1.05 * best) {
        best = range;
        this.selected = body;
      }
    }
  }
}

function heaviest(header: Header): number {
  let best = 0;
  header.bodies.forEach(({ mass }, body) => {
    if (mass > (header.bodies[best]?.mass ?? 0)) best = body;
  });
  return best;
}

/** The most that any body moves from one frame of a chunk to the next, m/s. */
function fastestIn({ position, frames, bodies, dt }: Chunk): number {
  let most = 0;
  const stride = 3 * bodies;
  for (let i = stride; i + 2 < frames * stride; i += 3) {
    const dx = (position[i] as number) - (position[i - stride] as number);
    const dy = (position[i + 1] as number) - (position[i - stride + 1] as number);
    const dz = (position[i + 2] as number) - (position[i - stride + 2] as number);
    most = Math.max(most, dx * dx + dy * dy + dz * dz);
  }
  return Math.sqrt(most) / dt;
}
