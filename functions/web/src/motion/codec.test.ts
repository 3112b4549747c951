import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBase64 } from "./base64";
import { BadChunk, decodeChunk, describeChunk, readStream, writeStream } from "./codec";

const FOLDER = new URL("../../../../tests/data/motion/", import.meta.url);
const CASES = ["planar", "spatial", "far", "still", "single", "nobody"];

function read(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}

describe("decodeChunk", () => {
  it.each(CASES)("decodes %s as the service does, to the last bit of every position", (name) => {
    const expected = new Float32Array(read(`${name}.f32`).buffer);
    let at = 0;
    const { chunks } = readStream(read(`${name}.sgfs`));
    expect(chunks.length).toBeGreaterThan(0);
    for (const data of chunks) {
      const chunk = decodeChunk(data);
      const { position, quaternion } = chunk;
      expect(position).toEqual(expected.subarray(at, at + position.length));
      at += position.length;
      // Sines may differ in their last bit between languages; so may what is rounded from them.
      const error = quaternion.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (expected[at + i] ?? Number.NaN))),
        0,
      );
      expect(error).toBeLessThan(1.3e-7);
      at += quaternion.length;
    }
    expect(at).toBe(expected.length);
  });

  it("tells where a chunk lies in its simulation", () => {
    const { chunks } = readStream(read("spatial.sgfs"));
    const headers = chunks.map(describeChunk);
    expect(headers.map(({ first, frames }) => [first, frames])).toEqual([
      [90, 32],
      [122, 8],
    ]);
    expect(headers[1]?.t0).toBeCloseTo(1.5 + 32 / 30, 12);
  });

  it("refuses what is cut short, damaged, too long, or of another version", () => {
    const [chunk] = readStream(read("planar.sgfs")).chunks;
    const whole = new Uint8Array(chunk ?? []);
    const changed = (at: number, value: number) => {
      const copy = new Uint8Array(whole);
      copy[at] = value;
      return copy;
    };
    expect(() => decodeChunk(whole.subarray(0, 39))).toThrow(BadChunk);
    expect(() => decodeChunk(whole.subarray(0, whole.length - 20))).toThrow(BadChunk);
    expect(() => decodeChunk(changed(0, 0))).toThrow(BadChunk);
    expect(() => decodeChunk(changed(4, 2))).toThrow(BadChunk);
    expect(() => decodeChunk(changed(6, 5))).toThrow(BadChunk);
    expect(() => decodeChunk(changed(12, 33))).toThrow(BadChunk);
    // One frame fewer, and one more, than the payload holds.
    expect(() => decodeChunk(changed(12, 31))).toThrow(BadChunk);
    expect(() => decodeChunk(changed(14, 6))).toThrow(BadChunk);
  });
});

describe("streams", () => {
  it("come back as they were written", () => {
    const data = read("planar.sgfs");
    const { header, chunks } = readStream(data);
    expect(header).toEqual({ name: "planar" });
    expect(readStream(writeStream({ name: "planar" }, chunks))).toEqual({ header, chunks });
  });

  it("are refused without their end", () => {
    const data = read("planar.sgfs");
    for (const cut of [3, 11, 20, data.length - 4, data.length - 1])
      expect(() => readStream(data.subarray(0, cut))).toThrow(BadChunk);
  });
});

describe("fromBase64", () => {
  it("gives the bytes", () => {
    expect([...fromBase64("AP9/gA==")]).toEqual([0, 255, 127, 128]);
  });
});
