import { describe, expect, it } from "vitest";
import { findRoom } from "./labels";

const CLEAR = { x: 10, y: 10 };
const VIEW = { width: 400, height: 300 };
const label = () => ({ width: 50, height: 20, corner: 0 });

describe("findRoom", () => {
  it("puts a label to the right of its body and above it", () => {
    expect(findRoom(label(), 200, 150, CLEAR, VIEW, [])).toEqual({
      left: 210,
      top: 120,
      right: 260,
      bottom: 140,
    });
  });

  it("goes to another corner where a label lies already, and stays there", () => {
    const one = label();
    const first = findRoom(one, 200, 150, CLEAR, VIEW, []);
    const other = label();
    const second = findRoom(other, 205, 150, CLEAR, VIEW, [first as NonNullable<typeof first>]);
    expect(second?.right).toBeLessThan(200);
    expect(findRoom(other, 205, 150, CLEAR, VIEW, [])).toEqual(second);
  });

  it("keeps within the view, and hides what has room nowhere", () => {
    expect(findRoom(label(), 390, 5, CLEAR, VIEW, [])?.right).toBeLessThanOrEqual(400);
    expect(findRoom(label(), 390, 5, CLEAR, VIEW, [])?.top).toBeGreaterThanOrEqual(0);
    const all = { left: 0, top: 0, right: 400, bottom: 300 };
    expect(findRoom(label(), 200, 150, CLEAR, VIEW, [all])).toBeNull();
  });
});
