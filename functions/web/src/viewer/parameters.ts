/** The numbers that were read, as sliders. */

import type { Analysis, Label } from "../service/model";

export interface Parameter {
  readonly id: string;
  /** As it is written: m, k, μ; the quantity's name where the drawing has none. */
  readonly name: string;
  readonly quantity: string;
  readonly value: number;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Ranges that hold whatever was read, by quantity; angles are in degrees. */
const RANGES: Record<string, readonly [number, number, number]> = {
  friction: [0, 1, 0.01],
  restitution: [0, 1, 0.01],
  angle: [0, 80, 1],
  gravity: [0, 25, 0.01],
};

/** Quantities that a slider changes, the service's names for them. */
const CHANGEABLE = new Set([
  "mass",
  "stiffness",
  "damping",
  "velocity",
  "force",
  "gravity",
  "friction",
  "restitution",
  "length",
  "angle",
  "angular velocity",
  "torque",
]);

/** A slider for each number of an analysis. */
export function parametersOf(analysis: Pick<Analysis, "texts">): Parameter[] {
  return analysis.texts.flatMap((label) => {
    const { value, quantity } = label;
    if (value === null || quantity === null || !CHANGEABLE.has(quantity)) return [];
    const [min, max, step] = rangeOf(quantity, value, label.unit ?? "");
    const unit = label.unit ?? "";
    return [{ id: label.id, name: nameOf(label), quantity, value, unit, min, max, step }];
  });
}

function nameOf({ name, quantity }: Label): string {
  return name ?? quantity ?? "";
}

function rangeOf(quantity: string, value: number, unit: string): readonly [number, number, number] {
  const known = RANGES[quantity];
  if (known && !(quantity === "angle" && unit === "rad")) {
    const [min, max, step] = known;
    return [Math.min(min, value), Math.max(max, value), step];
  }
  // From a fifth to two and a half times what was read, in steps that read well.
  const size = Math.abs(value) || 1;
  const step = 10 ** Math.floor(Math.log10(size) - 1.001);
  const round = (bound: number) => Math.max(step, Math.round(bound / step) * step);
  const [low, high] = [round(0.2 * size), round(2.5 * size)];
  return value < 0 ? [-high, -low, step] : [low, high, step];
}

/** A number in steps of a slider, without the dust of binary fractions. */
export function stepText(value: number, step: number): string {
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
  return String(Number(value.toFixed(decimals)));
}

/** What the drawing would say with another number: in the words it has, where it has a name. */
export function labelText(label: Pick<Label, "name" | "unit">, value: string): string {
  const { name } = label;
  const unit = label.unit ?? "";
  const number = unit === "°" ? `${value}°` : unit ? `${value} ${unit}` : value;
  return name ? `${name} = ${number}` : number;
}
