import { describe, expect, it } from "vitest";
import { DASHPOT_PIECES, dashpot, RUN_POINTS, ropeRun, SLACK_POINTS, slackRope } from "./outlines";

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

describe("slackRope", () => {
  const into = new Float32Array(2 * SLACK_POINTS);
  const lengthOf = (points: readonly (readonly [number, number])[]) =>
    points.slice(1).reduce((sum, [x, z], i) => {
      const [x0, z0] = points[i] as readonly [number, number];
      return sum + Math.hypot(x - x0, z - z0);
    }, 0);

  it.each([
    [1, 0, 1.5],
    [-1, 0.4, 1.3],
    [0.6, -0.9, 1.2],
    [0.3, 0, 3],
  ])("to %s, %s hangs with all of its length of %s", (x, z, length) => {
    const start = { x: 2, z: 1 };
    const count = slackRope(start, { x: 2 + x, z: 1 + z }, length, into, 0);
    const points = [[2, 1] as [number, number], ...pairs(into, count)];
    expect(lengthOf(points)).toBeCloseTo(length, 1);
    expect(points.at(-1)?.[0]).toBeCloseTo(2 + x, 4);
    expect(points.at(-1)?.[1]).toBeCloseTo(1 + z, 4);
    expect(Math.min(...points.map(([, height]) => height))).toBeLessThan(Math.min(1, 1 + z));
  });

  it("is straight while it is taut", () => {
    expect(slackRope({ x: 0, z: 0 }, { x: 1, z: 0 }, 1, into, 0)).toBe(1);
    expect(slackRope({ x: 0, z: 0 }, { x: 1.01, z: 0 }, 1, into, 0)).toBe(1);
  });

  it("hangs down between ends that are one above the other", () => {
    const count = slackRope({ x: 0, z: 0 }, { x: 0, z: -1 }, 2, into, 0);
    const points = pairs(into, count);
    expect(Math.min(...points.map(([, z]) => z))).toBeCloseTo(-1.5, 1);
    for (const [x] of points) expect(Math.abs(x)).toBeLessThan(1e-2);
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
