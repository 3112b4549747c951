import { describe, expect, it } from "vitest";
import { newPose } from "../motion/recording";
import { makeHeader } from "../motion/synthetic";
import type { Shape } from "../service/model";
import { drawingOffset } from "./alignment";
import { worldOfPixel } from "./sheet";

const SHEET = { width: 800, height: 600, metres_per_pixel: 0.01, rectify: null };

describe("worldOfPixel", () => {
  it("counts metres to the right and up", () => {
    expect(worldOfPixel(SHEET, 200, 100)).toEqual([2, -1]);
  });

  it("straightens a page that was seen at a slant", () => {
    const rectify = [1, 0, 10, 0, 1, 20, 0, 0.001, 1];
    const [x, z] = worldOfPixel({ ...SHEET, rectify }, 90, 100);
    expect(x).toBeCloseTo((100 / 1.1) * 0.01, 9);
    expect(z).toBeCloseTo((-120 / 1.1) * 0.01, 9);
  });
});

describe("drawingOffset", () => {
  it("lays the drawn marks over most of their bodies", () => {
    const header = makeHeader(3, 2);
    const start = newPose(3);
    const shapes = [0, 1, 2].map((i) => {
      // The last one was moved by what its label says.
      start.position.set([i + 0.5, 0, -1 + (i === 2 ? 4 : 0)], 3 * i);
      const shape: Partial<Shape> = { kind: "ball", body: `ball_${i + 1}`, geom: null };
      return { ...shape, center: [100 * i, 300] } as Shape;
    });
    const [x, z] = drawingOffset({ ...SHEET, shapes }, header, start);
    expect(x).toBeCloseTo(0.5);
    expect(z).toBeCloseTo(2);
  });
});
