import { describe, expect, it } from "vitest";
import { Sharpness } from "./sharpness";

const IN_TIME = 17;
const LATE = 34;
const AREA = 1000 * 500;

describe("Sharpness", () => {
  it("draws fewer pixels while frames come late, down to half, and as many as it can at rest", () => {
    const sharpness = new Sharpness(true);
    expect(sharpness.check(IN_TIME)).toBe(false);
    expect(sharpness.ratio(1, AREA)).toBe(1);
    expect(sharpness.check(LATE)).toBe(true);
    expect(sharpness.ratio(1, AREA)).toBeCloseTo(0.8);
    for (let i = 0; i < 9; i++) sharpness.check(LATE);
    expect(sharpness.ratio(1, AREA)).toBe(0.5);
    expect(sharpness.rest(100)).toBe(false);
    expect(sharpness.rest(300)).toBe(true);
    expect(sharpness.ratio(1, AREA)).toBe(1);
    expect(sharpness.move()).toBe(true);
    expect(sharpness.ratio(1, AREA)).toBe(0.5);
  });

  it("changes nothing at rest where it was sharp and smooth as it moved", () => {
    const sharpness = new Sharpness(true);
    expect(sharpness.rest(1000)).toBe(false);
    expect(sharpness.move()).toBe(false);
    expect(sharpness.ratio(3, AREA)).toBe(2);
  });

  it("draws finer at rest what has no smooth edges, unless it is too large", () => {
    const sharpness = new Sharpness(false);
    expect(sharpness.rest(1000)).toBe(true);
    expect(sharpness.ratio(1, AREA)).toBe(2);
    expect(sharpness.ratio(1, 1920 * 1080)).toBe(1);
  });

  it("keeps all pictures of one size while that is asked for", () => {
    const sharpness = new Sharpness(false);
    sharpness.rest(1000);
    sharpness.fix(true);
    expect(sharpness.ratio(1, AREA)).toBe(1);
    expect(sharpness.check(LATE)).toBe(false);
    expect(sharpness.rest(1000)).toBe(false);
    expect(sharpness.move()).toBe(false);
    sharpness.fix(false);
    expect(sharpness.check(LATE)).toBe(true);
  });

  it("tries more pixels after a while in time, and waits longer each time that was too many", () => {
    const sharpness = new Sharpness(true);
    const untilSharper = () => {
      let checks = 1;
      while (!sharpness.check(IN_TIME)) checks++;
      return checks;
    };
    sharpness.check(LATE);
    const first = untilSharper();
    expect(sharpness.ratio(1, AREA)).toBe(1);
    sharpness.check(LATE);
    expect(untilSharper()).toBe(2 * first);
    sharpness.check(LATE);
    expect(untilSharper()).toBe(4 * first);
  });
});
