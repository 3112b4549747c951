import { expect, test } from "vitest";
import { MARK_KINDS, type Point } from "../service/model";
import { outlineOf } from "./outline";

const [FROM, TO]: [Point, Point] = [
  [100, 200],
  [160, 260],
];

test.each(MARK_KINDS)("a %s that is dragged lies where it was dragged", (kind) => {
  const outline = outlineOf(kind, FROM, TO, 1000);
  expect(outline.length).toBeGreaterThan(1);
  for (const [x, y] of outline) {
    expect(x).toBeGreaterThanOrEqual(100 - 1e-9);
    expect(x).toBeLessThanOrEqual(160 + 1e-9);
    expect(y).toBeGreaterThanOrEqual(200 - 1e-9);
    expect(y).toBeLessThanOrEqual(260 + 1e-9);
  }
});

test("a line goes from where the drag began to where it ended", () => {
  expect(outlineOf("arrow", TO, FROM, 1000)).toEqual([TO, FROM]);
});

test("a ramp's right angle is under its upper end, whichever way it was dragged", () => {
  const down = outlineOf("ramp", [0, 0], [90, 50], 1000);
  expect(new Set(down.map(String))).toEqual(new Set(["0,0", "90,50", "0,50"]));
  expect(outlineOf("ramp", [90, 50], [0, 0], 1000)).toEqual(down);
});

test("a tap gives a dot that can be seen", () => {
  const xs = outlineOf("pivot", FROM, FROM, 1000).map(([x]) => x);
  expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(10);
});
