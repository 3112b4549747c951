import { describe, expect, it } from "vitest";
import type { Label } from "../service/model";
import { labelText, parametersOf, stepText } from "./parameters";

function label(part: Partial<Label>): Label {
  return {
    id: "t1",
    text: "",
    confidence: 1,
    bbox: [0, 0, 1, 1],
    quantity: null,
    name: null,
    value: null,
    unit: null,
    attached_to: null,
    ...part,
  };
}

describe("parametersOf", () => {
  it("makes a slider about each number, in steps that read well", () => {
    const texts = [
      label({ id: "t1", quantity: "mass", name: "m", value: 2, unit: "kg" }),
      label({ id: "t2", quantity: "stiffness", name: "k", value: 120, unit: "N/m" }),
      label({ id: "t3", quantity: "friction", name: "mu", value: 0.2 }),
      label({ id: "t4", quantity: "angle", value: 25, unit: "°" }),
    ];
    const sliders = parametersOf({ texts });
    expect(sliders.map(({ id, min, max, step }) => [id, min, max, step])).toEqual([
      ["t1", 0.4, 5, 0.1],
      ["t2", 20, 300, 10],
      ["t3", 0, 1, 0.01],
      ["t4", 0, 80, 1],
    ]);
  });

  it("leaves words and bare names alone", () => {
    const texts = [
      label({ quantity: "word", value: null }),
      label({ quantity: "mass", name: "m" }),
      label({ quantity: "time", name: "t", value: 3, unit: "s" }),
    ];
    expect(parametersOf({ texts })).toEqual([]);
  });

  it("keeps what was read within the range, whatever it was", () => {
    for (const value of [1e-4, 0.003, 1, 950, -4, 3e5]) {
      const [one] = parametersOf({ texts: [label({ quantity: "force", value, unit: "N" })] });
      expect(one?.min).toBeLessThanOrEqual(value);
      expect(one?.max).toBeGreaterThanOrEqual(value);
      expect(one?.step).toBeGreaterThan(0);
    }
  });
});

describe("labelText", () => {
  it("writes a number as the drawing has it", () => {
    expect(labelText({ name: "m", unit: "kg" }, "2.5")).toBe("m = 2.5 kg");
    expect(labelText({ name: null, unit: "°" }, "30")).toBe("30°");
    expect(labelText({ name: "mu", unit: null }, "0.25")).toBe("mu = 0.25");
    expect(labelText({ name: null, unit: "m/s" }, "3")).toBe("3 m/s");
  });

  it("writes steps without binary dust", () => {
    expect(stepText(0.1 + 0.2, 0.1)).toBe("0.3");
    expect(stepText(130, 10)).toBe("130");
    expect(stepText(0.07, 0.01)).toBe("0.07");
  });
});
