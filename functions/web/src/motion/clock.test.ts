import { describe, expect, it } from "vitest";
import { PlayClock } from "./clock";

const all = () => 10;

function playing(): PlayClock {
  const clock = new PlayClock(10);
  clock.play();
  clock.tick(0, all);
  return clock;
}

describe("PlayClock", () => {
  it("goes as fast as it is told, between a tenth and four times", () => {
    const clock = playing();
    expect(clock.tick(100, all)).toBeCloseTo(0.1);
    clock.setSpeed(99);
    expect(clock.tick(200, all)).toBeCloseTo(0.5);
    clock.setSpeed(0);
    expect(clock.tick(300, all)).toBeCloseTo(0.51);
    clock.nudgeSpeed(1);
    expect(clock.speed).toBe(0.25);
    clock.nudgeSpeed(-1);
    clock.nudgeSpeed(-1);
    expect(clock.speed).toBe(0.1);
  });

  it("never passes the frames that are here, says that it waits, and then goes on", () => {
    const clock = playing();
    expect(clock.tick(200, () => 0.05)).toBeCloseTo(0.05);
    expect(clock.waiting).toBe(true);
    expect(clock.tick(300, () => 0.05)).toBeCloseTo(0.05);
    expect(clock.tick(400, all)).toBeCloseTo(0.15);
    expect(clock.waiting).toBe(false);
  });

  it("begins again at the end, or stops there", () => {
    const clock = playing();
    clock.seek(9.95);
    expect(clock.tick(100, all)).toBeCloseTo(0.05);
    clock.loop = false;
    clock.seek(9.95);
    expect(clock.tick(200, all)).toBe(10);
    expect(clock.playing).toBe(false);
    clock.play();
    expect(clock.time).toBe(0);
  });

  it("does not play through the time that a page was hidden", () => {
    const clock = playing();
    expect(clock.tick(60_000, all)).toBeLessThanOrEqual(0.25);
  });

  it("stands still while it is paused", () => {
    const clock = playing();
    clock.pause();
    clock.tick(500, all);
    clock.play();
    expect(clock.tick(700, all)).toBe(0);
    expect(clock.tick(800, all)).toBeCloseTo(0.1);
  });
});
