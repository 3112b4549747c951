/** What the reader is unsure of: shown where it is and in a list, its other reading one tap away. */

import { Check, TriangleAlert } from "lucide-react";
import type { Analysis, Corrections, Warning } from "../service/model";
import { text } from "../text";

interface DoubtProps {
  warning: Warning;
  analysis: Analysis;
  names: ReadonlyMap<string, string>;
  onCorrect: ((corrections: Corrections) => void) | undefined;
}

/** What a doubt says, and what may be done about it. */
export function Doubt({ warning, analysis, names, onCorrect }: DoubtProps) {
  const { message, suggestion, correction } = warning;
  const other = correction && otherReading(correction, analysis, names);
  return (
    <div className="doubt">
      <p>{message}</p>
      {suggestion && <p className="faint">{suggestion}</p>}
      {onCorrect && correction && other && (
        <button type="button" className="button" onClick={() => onCorrect(correction)}>
          <Check aria-hidden="true" /> {other}
        </button>
      )}
    </div>
  );
}

/** In words, what a correction says; null where there are none for it. */
export function otherReading(
  { shapes = {}, texts = {} }: Corrections,
  analysis: Pick<Analysis, "shapes">,
  names: ReadonlyMap<string, string>,
): string | null {
  for (const [id, said] of Object.entries(shapes)) {
    if (!said?.kind) continue;
    const kind = text.kinds[said.kind];
    const known = analysis.shapes.some((shape) => shape.id === id);
    return known ? text.reading.other.kind(kind) : text.reading.other.added(kind);
  }
  for (const said of Object.values(texts)) {
    if (said?.text !== undefined) return text.reading.other.text(said.text);
    const on = said?.attached_to && names.get(said.attached_to);
    if (on) return text.reading.other.attached(on);
  }
  return null;
}

interface WarningsProps extends Omit<DoubtProps, "warning"> {
  onPoint(warning: Warning | null): void;
}

/** All of them, in a list; each points at its place while a pointer is on it. */
export function Warnings({ onPoint, ...rest }: WarningsProps) {
  const { warnings } = rest.analysis;
  if (!warnings.length) return null;
  return (
    <section className="warnings" aria-label={text.reading.warnings}>
      <h3>{text.reading.warnings}</h3>
      <ul>
        {warnings.map((warning, i) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: two may say the same; none ever moves
            key={i}
            onPointerEnter={() => onPoint(warning)}
            onPointerLeave={() => onPoint(null)}
            onFocus={() => onPoint(warning)}
            onBlur={() => onPoint(null)}
          >
            <TriangleAlert aria-hidden="true" />
            <Doubt {...{ warning, ...rest }} />
          </li>
        ))}
      </ul>
    </section>
  );
}
