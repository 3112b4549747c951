import { describe, expect, it } from "vitest";
import { firstDerivative } from "./derivatives";

const DT = 1 / 60;
const sampled = (f: (t: number) => number, n = 120) =>
  Float64Array.from({ length: n }, (_, i) => f(i * DT));

describe("firstDerivative", () => {
  it("is exact for a parabola, also at its ends", () => {
    const speed = firstDerivative(
      sampled((t) => 3 + 2 * t - 4.905 * t * t),
      DT,
    );
    speed.forEach((value, i) => {
      expect(value).toBeCloseTo(2 - 9.81 * i * DT, 9);
    });
  });

  it("shows what is released from rest at rest, though places are rounded to 0.1 mm", () => {
    const place = sampled((t) => 0.2 * Math.cos(3.5 * t));
    const rounded = place.map((x, i) => x + (i % 2 ? 5e-5 : -5e-5));
    expect(Math.abs(firstDerivative(rounded, DT)[0] as number)).toBeLessThan(0.006);
  });

  it("makes do with few samples", () => {
    expect([...firstDerivative(Float64Array.of(1, 3), 1)]).toEqual([2, 2]);
    const five = firstDerivative(Float64Array.of(0, 1, 4, 9, 16), 1);
    five.forEach((value, i) => {
      expect(value).toBeCloseTo(2 * i, 9);
    });
  });
});
