import { describe, expect, it } from "vitest";
import { DASHPOT_PIECES, dashpot, RUN_POINTS, ropeRun } from "./outlines";

function pairs(flat: Float32Array, count: number): [number, number][] {
  return Array.from({ length: count }, (_, i) => [flat[2 * i] ?? 0, flat[2 * i + 1] ?? 0]);
}

describe("ropeRun", () => {
  const into = new Float32Array(2 * RUN_POINTS);
  const centre = { x: 0, z: 2 };

  it("goes over a pulley on the side it is told, along its rim", () => {
    const count = ropeRun({ x: -1, z: 0 }, centre, 0.5, { x: 0, z: 3 }, { x: 1, z: 0 }, into, 0);
    const points = pairs(into, count);
    expect(points.at(-1)).toEqual([1, 0]);
    const rim = points.slice(0, -1);
    for (const [x, z] of rim) expect(Math.hypot(x, z - 2)).toBeCloseTo(0.5, 5);
    expect(Math.max(...rim.map(([, z]) => z))).toBeCloseTo(2.5, 2);
  });

  it("leaves and meets the rim at a tangent", () => {
    ropeRun({ x: -1, z: 0 }, centre, 0.5, { x: 0, z: 3 }, { x: 1, z: 0 }, into, 0);
    const [x = 0, z = 0] = into;
    const along = [x + 1, z];
    const out = [x - 0, z - 2];
    expect((along[0] ?? 0) * (out[0] ?? 0) + (along[1] ?? 0) * (out[1] ?? 0)).toBeCloseTo(0, 5);
  });

  it("is straight where that clears the pulley on its side", () => {
    expect(ropeRun({ x: -1, z: 3 }, centre, 0.5, { x: 0, z: 3 }, { x: 1, z: 3 }, into, 0)).toBe(1);
    expect(
      ropeRun({ x: -1, z: 3 }, centre, 0.5, { x: 0, z: 1 }, { x: 1, z: 3 }, into, 0),
    ).toBeGreaterThan(1);
  });
});

describe("dashpot", () => {
  it("keeps its cup and slides its piston as it is drawn out", () => {
    const at = (length: number) => {
      const into = new Float32Array(4 * DASHPOT_PIECES);
      dashpot({ x: 0, z: 0 }, { x: length, z: 0 }, 0.1, 1, into);
      return { piston: into[2] ?? 0, mouth: into[8] ?? 0, bottom: into[12] ?? 0, end: into[22] };
    };
    const [shortOne, longOne] = [at(1), at(1.2)];
    expect(shortOne.end).toBeCloseTo(1);
    expect(longOne.end).toBeCloseTo(1.2);
    expect(longOne.bottom - longOne.mouth).toBeCloseTo(shortOne.bottom - shortOne.mouth, 5);
    expect(longOne.bottom - longOne.piston).toBeGreaterThan(shortOne.bottom - shortOne.piston);
    for (const { piston, mouth, bottom } of [shortOne, longOne]) {
      expect(piston).toBeGreaterThanOrEqual(mouth);
      expect(piston).toBeLessThanOrEqual(bottom);
    }
  });
});
