import { expect, test } from "vitest";
import type { Label, MarkKind, Shape } from "../service/model";
import { text } from "../text";
import { drop, labelIs, markIs, namesOf } from "./corrections";
import { outlinePath } from "./marks";

const shape = (id: string, kind: MarkKind, x: number): Shape => ({
  id,
  kind,
  confidence: 1,
  center: [x, 0],
  bbox: [x - 5, -5, 10, 10],
  polygon: [
    [x - 5, 0],
    [x, 5],
    [x + 5, 0],
  ],
  angle: 0,
  fixed: false,
  body: null,
  geom: null,
  solid: null,
});

const label: Label = {
  id: "t1",
  text: "m = 2 kg",
  confidence: 0.9,
  bbox: [0, 0, 10, 10],
  quantity: "mass",
  name: "m",
  value: 2,
  unit: "kg",
  attached_to: "s1",
};

test("a correction says what was changed and nothing else", () => {
  expect(markIs(shape("s3", "rod", 0), "rope")).toEqual({ shapes: { s3: { kind: "rope" } } });
  expect(labelIs(label, { text: "m = 3 kg", attached: "s1" })).toEqual({
    texts: { t1: { text: "m = 3 kg" } },
  });
  expect(labelIs(label, { text: "m = 2 kg", attached: null })).toEqual({
    texts: { t1: { attached_to: null } },
  });
  expect(labelIs(label, { text: "m = 2 kg", attached: "s1" })).toBeNull();
  expect(drop("texts", "t1")).toEqual({ texts: { t1: null } });
});

test("marks of one kind are told apart from left to right", () => {
  const shapes = [shape("a", "box", 50), shape("b", "ball", 10), shape("c", "box", 20)];
  const names = namesOf({ shapes }, text.kinds);
  expect([...names]).toEqual([
    ["c", "box 1"],
    ["a", "box 2"],
    ["b", "ball"],
  ]);
});

test("a closed mark's outline closes, a line's does not", () => {
  expect(outlinePath(shape("a", "box", 0))).toMatch(/^M-5.0 0.0L0.0 5.0L5.0 0.0z$/);
  expect(outlinePath(shape("a", "rod", 0))).not.toContain("z");
});
