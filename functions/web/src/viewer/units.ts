/** Numbers as a textbook prints them. */

/** So many significant digits, without an exponent where a person would write none. */
export function short(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(digits - 1);
  const decimals = size === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return value.toFixed(Math.min(decimals, 6)).replace("-", "−");
}

/** Seconds with two decimals. */
export function seconds(time: number): string {
  return `${time.toFixed(2)} s`;
}

/** A mass as one says it. */
export function massText(kg: number): string {
  const tidy = (value: number) => String(Number(value.toPrecision(3)));
  return kg >= 0.1 ? `${tidy(kg)} kg` : `${tidy(kg * 1000)} g`;
}

/** A body's name for people: ball_1 is "ball 1". */
export function nameText(name: string): string {
  return name.replaceAll("_", " ");
}
