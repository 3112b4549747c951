import { describe, expect, it } from "vitest";
import { ForeignChunk, newPose, Recording } from "./recording";
import { makeChunk, makeHeader } from "./synthetic";

const line = (time: number) => ({ x: 2 * time, z: 1, angle: time });

describe("Recording", () => {
  it("shows places and turns between the frames", () => {
    const header = makeHeader(1, 64);
    const recording = new Recording(header);
    recording.add(makeChunk(header, 0, 32, line));
    recording.add(makeChunk(header, 32, 32, line));
    const pose = newPose(1);
    // 31.5 lies between two chunks.
    for (const frame of [0, 1, 17.25, 31.5, 63]) {
      expect(recording.sample(frame / 60, pose)).toBe(true);
      expect(pose.position[0]).toBeCloseTo((2 * frame) / 60, 6);
      expect(2 * Math.atan2(-(pose.quaternion[2] ?? 0), pose.quaternion[0] ?? 0)).toBeCloseTo(
        frame / 60,
        6,
      );
    }
    expect(recording.complete).toBe(true);
  });

  it("turns the short way round where a quaternion changes its sign", () => {
    const header = makeHeader(1, 2);
    const recording = new Recording(header);
    const chunk = makeChunk(header, 0, 2, (time) => ({ x: 0, z: 0, angle: 6 * time }));
    for (let i = 4; i < 8; i++) chunk.quaternion[i] = -(chunk.quaternion[i] ?? 0);
    recording.add(chunk);
    const pose = newPose(1);
    recording.sample(1 / 120, pose);
    expect(Math.abs(pose.quaternion[0] ?? 0)).toBeCloseTo(Math.cos(0.025), 6);
  });

  it("knows how far it can be shown, and leaves the pose alone where it can't", () => {
    const header = makeHeader(1, 100);
    const recording = new Recording(header);
    expect(recording.readyUntil(0)).toBe(-1);
    recording.add(makeChunk(header, 0, 32, line));
    recording.add(makeChunk(header, 64, 32, line));
    expect(recording.readyUntil(0)).toBeCloseTo(31 / 60);
    expect(recording.readyUntil(31.5 / 60)).toBeCloseTo(31 / 60);
    expect(recording.readyUntil(40 / 60)).toBe(-1);
    expect(recording.readyUntil(70 / 60)).toBeCloseTo(95 / 60);
    const pose = newPose(1);
    pose.position[0] = 5;
    expect(recording.sample(40 / 60, pose)).toBe(false);
    expect(pose.position[0]).toBe(5);
    recording.add(makeChunk(header, 32, 32, line));
    expect(recording.readyUntil(0)).toBeCloseTo(95 / 60);
    expect(recording.complete).toBe(false);
  });

  it("plays a stream of every second frame to its end", () => {
    const header = makeHeader(1, 64);
    const recording = new Recording(header);
    recording.add(makeChunk(header, 0, 32, line, 2));
    const pose = newPose(1);
    expect(recording.complete).toBe(true);
    expect(recording.sample(31 / 60, pose)).toBe(true);
    expect(pose.position[0]).toBeCloseTo(62 / 60, 6);
    expect(recording.sample(63 / 60, pose)).toBe(true);
    expect(recording.readyUntil(62.5 / 60)).toBeCloseTo(63 / 60);
  });

  it("refuses what belongs elsewhere", () => {
    const header = makeHeader(1, 64);
    const recording = new Recording(header);
    recording.add(makeChunk(header, 0, 32, line));
    expect(() => recording.add(makeChunk(makeHeader(2, 64), 32, 8, line))).toThrow(ForeignChunk);
    expect(() => recording.add(makeChunk(header, 32, 8, line, 2))).toThrow(ForeignChunk);
  });
});
