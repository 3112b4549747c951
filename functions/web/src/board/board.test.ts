import { describe, expect, test, vi } from "vitest";
import type { Point } from "../service/model";
import { Drawing } from "./drawing";
import { type Element, type Stroke, touches } from "./elements";
import { FIGURES, figureLines } from "./figures";
import { Glances } from "./glances";
import { layOut } from "./layout";
import { sheetOf } from "./picture";

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const stroke = (id: string): Stroke => ({
  id,
  type: "stroke",
  ink: "ink",
  width: 4,
  pressed: false,
  points: [
    [0, 0, 0.5],
    [100, 0, 0.5],
  ],
});

describe("the drawing", () => {
  test("undo and redo walk through every change, and a new change ends what could be redone", () => {
    const drawing = new Drawing(storage());
    drawing.add(stroke("a"));
    drawing.add(stroke("b"));
    drawing.remove(new Set(["a"]));
    expect(drawing.elements.map((one) => one.id)).toEqual(["b"]);
    drawing.undo();
    drawing.undo();
    expect(drawing.elements.map((one) => one.id)).toEqual(["a"]);
    drawing.redo();
    expect(drawing.elements.map((one) => one.id)).toEqual(["a", "b"]);
    drawing.undo();
    drawing.add(stroke("c"));
    expect(drawing.redo()).toBe(false);
    expect(drawing.elements.map((one) => one.id)).toEqual(["a", "c"]);
  });

  test("clearing can be undone", () => {
    const drawing = new Drawing(storage());
    drawing.add(stroke("a"));
    drawing.clear();
    expect(drawing.elements).toEqual([]);
    drawing.undo();
    expect(drawing.elements.length).toBe(1);
  });

  test("it is there again after a reload", () => {
    const kept = storage();
    const drawing = new Drawing(kept);
    drawing.size = { width: 800, height: 500 };
    drawing.add(stroke("a"));
    const again = new Drawing(kept);
    expect(again.elements).toEqual(drawing.elements);
    expect(again.size).toEqual({ width: 800, height: 500 });
  });

  test("storage that refuses costs nothing but the keeping", () => {
    const refuses = () => {
      throw new Error("quota");
    };
    const drawing = new Drawing({ getItem: refuses, setItem: refuses, removeItem: refuses });
    drawing.add(stroke("a"));
    expect(drawing.elements.length).toBe(1);
  });
});

describe("the eraser", () => {
  const label: Element = {
    id: "t",
    type: "lettering",
    ink: "ink",
    size: 20,
    x: 50,
    y: 50,
    text: "m = 2",
  };

  test.each<[Element, Point, boolean]>([
    [stroke("a"), [50, 6], true],
    [stroke("a"), [50, 20], false],
    [stroke("a"), [120, 0], false],
    [label, [60, 40], true],
    [label, [60, 70], false],
  ])("takes what it touches and leaves the rest (%#)", (element, at, hit) => {
    expect(touches(element, at, 5)).toBe(hit);
  });
});

describe("the helpers", () => {
  test.each(FIGURES)("a %s begins or is centred where it was put down", (kind) => {
    const lines = figureLines(kind, [100, 100], [300, 180]);
    const points = lines.flat();
    const nearest = Math.min(...points.map(([x, y]) => Math.hypot(x - 100, y - 100)));
    const radius = Math.hypot(200, 80);
    expect(nearest).toBeCloseTo(kind === "circle" ? radius : 0, 6);
  });

  test("a click without a way draws nothing", () => {
    for (const kind of FIGURES) expect(figureLines(kind, [5, 5], [5, 5])).toEqual([]);
  });

  test("a ground drawn from left to right has its hatches below, four at least", () => {
    const [line, ...hatches] = figureLines("ground", [0, 100], [60, 101]);
    expect(line).toEqual([
      [0, 100],
      [60, 100],
    ]);
    expect(hatches.length).toBeGreaterThanOrEqual(4);
    for (const [top, bottom] of hatches) {
      expect(top?.[1]).toBeGreaterThan(100);
      expect(bottom?.[1]).toBeGreaterThan(top?.[1] ?? 0);
    }
  });

  test("a spring swings to both sides and ends where it should", () => {
    const [coil = []] = figureLines("spring", [0, 0], [0, 200]);
    expect(coil[0]).toEqual([0, 0]);
    expect(coil.at(-1)).toEqual([0, 200]);
    const sides = coil.map(([x]) => Math.sign(Math.round(x)));
    expect(sides).toContain(1);
    expect(sides).toContain(-1);
  });
});

describe("what is sent", () => {
  const at = (x: number, y: number): Stroke => ({
    ...stroke("a"),
    points: [
      [x, y, 0.5],
      [x + 200, y + 100, 0.5],
    ],
  });

  test("is what was drawn, wherever on the board, with paper round it", () => {
    const near = sheetOf([at(0, 0)]);
    const far = sheetOf([at(700, 300)]);
    expect(near).toEqual({ left: -40, top: -40, right: 240, bottom: 140 });
    expect(far.right - far.left).toBe(near.right - near.left);
    expect(far.left).toBe(660);
  });

  test("and an empty board is none", () => {
    expect(() => sheetOf([])).toThrow();
  });
});

describe("the layout", () => {
  test("a narrow screen shows the board smaller rather than less of it", () => {
    expect(layOut({ width: 320, height: 400 }, []).scale).toBe(0.5);
    expect(layOut({ width: 1280, height: 700 }, []).scale).toBe(1);
  });

  test("what was drawn on a large screen is all there on a small one", () => {
    const { size, scale } = layOut({ width: 320, height: 400 }, [
      { ...stroke("a"), points: [[1000, 700, 0.5]] },
    ]);
    expect(size.width).toBeGreaterThan(1000);
    expect(size.height).toBeGreaterThan(700);
    expect(size.width * scale).toBeCloseTo(320);
  });
});

describe("glances", () => {
  test("one at a time, the last state always, and none where nothing changed", async () => {
    vi.useFakeTimers();
    let looks = 0;
    const glances = new Glances({
      look: async () => {
        looks += 1;
        return true;
      },
    });
    for (let i = 0; i < 10; i++) glances.changed();
    await vi.advanceTimersByTimeAsync(100);
    expect(looks).toBe(1);
    glances.changed();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(looks).toBe(1);
    glances.answered();
    await vi.advanceTimersByTimeAsync(100);
    expect(looks).toBe(2);
    glances.answered();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(looks).toBe(2);
    vi.useRealTimers();
  });

  test("what an answer has seen is counted from the first change that it took in", async () => {
    vi.useFakeTimers();
    const behind: number[] = [];
    const glances = new Glances({
      look: async () => true,
      seen: ({ changed }) => behind.push(performance.now() - changed),
    });
    glances.changed();
    await vi.advanceTimersByTimeAsync(10);
    glances.changed();
    await vi.advanceTimersByTimeAsync(70);
    glances.changed();
    await vi.advanceTimersByTimeAsync(100);
    glances.answered();
    await vi.advanceTimersByTimeAsync(150);
    glances.answered();
    expect(behind).toEqual([180, 250]);
    vi.useRealTimers();
  });

  test("it looks at once after a pause, and ten times a second at most", async () => {
    vi.useFakeTimers();
    const looks: number[] = [];
    const began = performance.now();
    const glances = new Glances({
      look: async () => {
        looks.push(performance.now() - began);
        setTimeout(() => glances.answered(), 10);
        return true;
      },
    });
    for (let i = 0; i < 100; i++) {
      glances.changed();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(looks[0]).toBeLessThanOrEqual(20);
    expect(looks.length).toBeGreaterThanOrEqual(8);
    expect(looks.length).toBeLessThanOrEqual(10);
    vi.useRealTimers();
  });

  test("an answer that never comes does not end the looking", async () => {
    vi.useFakeTimers();
    let looks = 0;
    const glances = new Glances({
      look: async () => {
        looks += 1;
        return true;
      },
    });
    glances.changed();
    await vi.advanceTimersByTimeAsync(100);
    glances.changed();
    await vi.advanceTimersByTimeAsync(8_500);
    expect(looks).toBe(2);
    // Though nothing has changed since: what was drawn last must be seen.
    await vi.advanceTimersByTimeAsync(8_500);
    expect(looks).toBe(3);
    glances.answered();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(looks).toBe(3);
    glances.stop();
    vi.useRealTimers();
  });
});
