import { describe, expect, it } from "vitest";
import { FrameMeter } from "./meter";

describe("FrameMeter", () => {
  it("tells the rate by the middle wait, and the longest wait", () => {
    const meter = new FrameMeter();
    let now = 0;
    for (let i = 0; i < 100; i++) {
      now += i === 50 ? 80 : 16;
      meter.drew(now);
    }
    expect(meter.fps).toBe(63);
    expect(meter.worst).toBe(80);
  });

  it("does not count a rest as a wait", () => {
    const meter = new FrameMeter();
    meter.drew(0);
    meter.drew(16);
    meter.rested();
    meter.drew(5000);
    meter.drew(5016);
    expect(meter.worst).toBe(16);
  });

  it("forgets what is longer ago than ten seconds, and sooner for what is recent", () => {
    const meter = new FrameMeter();
    let now = 0;
    for (let i = 0; i < 700; i++) {
      now += i < 60 ? 100 : 16;
      meter.drew(now);
    }
    expect(meter.worst).toBe(16);
    for (let i = 0; i < 40; i++) {
      now += 30;
      meter.drew(now);
    }
    expect(meter.recent).toBe(30);
  });
});
