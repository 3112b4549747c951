/** The drawing with what was read in it: all of it can be corrected, and what was missed added. */

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import type { Analysis, Box, Corrections, Point, Warning } from "../service/model";
import { text } from "../text";
import { Adding, labelBox, type Missed, markAdded } from "./Adding";
import { namesOf } from "./corrections";
import { Warnings } from "./doubts";
import { Overlay } from "./Overlay";
import { Placing } from "./Placing";

interface Props {
  analysis: Analysis;
  drawingUrl: string | undefined;
  /** Absent where nobody may correct. */
  onCorrect?: ((corrections: Corrections) => void) | undefined;
}

export function Reading({ analysis, drawingUrl, onCorrect }: Props) {
  const [shown, setShown] = useState(true);
  const [pointed, setPointed] = useState<Warning | null>(null);
  const { width, height } = analysis;
  const adding = useAdding(width, onCorrect);
  const names = namesOf(analysis, text.kinds);
  return (
    <section className="reading" aria-label={text.reading.title}>
      <div className="reading-head">
        <h2>{text.reading.title}</h2>
        <button
          type="button"
          className="icon-button"
          aria-pressed={shown}
          aria-label={text.reading.show}
          title={text.reading.show}
          onClick={() => setShown(!shown)}
        >
          {shown ? <Eye aria-hidden="true" /> : <EyeOff aria-hidden="true" />}
        </button>
      </div>
      <figure className="sheet">
        {drawingUrl && (
          <img src={drawingUrl} alt={text.reading.imageAlt} width={width} height={height} />
        )}
        {shown && <Overlay {...{ analysis, names, pointed, onCorrect }} />}
        {adding.kind && !adding.labelAt && (
          <Placing
            kind={adding.kind}
            size={[width, height]}
            onPlaced={adding.place}
            onCancel={() => adding.choose(null)}
          />
        )}
      </figure>
      {onCorrect && !adding.kind && <p className="faint">{text.reading.hint}</p>}
      {onCorrect && (
        <Adding
          kind={adding.kind}
          labelAt={adding.labelAt}
          onKind={adding.choose}
          onCorrect={adding.add}
        />
      )}
      <Warnings {...{ analysis, names, onCorrect }} onPoint={setPointed} />
    </section>
  );
}

/** What is being added: its kind, and for a label where it was shown to be. */
function useAdding(width: number, onCorrect: Props["onCorrect"]) {
  const [kind, setKind] = useState<Missed | null>(null);
  const [labelAt, setLabelAt] = useState<Box | null>(null);
  const choose = (next: Missed | null) => {
    setLabelAt(null);
    setKind(next);
  };
  const add = (said: Corrections) => {
    choose(null);
    onCorrect?.(said);
  };
  const place = (from: Point, to: Point) => {
    if (kind === "label") setLabelAt(labelBox(from, to, width));
    else if (kind) add(markAdded(kind, from, to, width));
  };
  return { kind, labelAt, choose, add, place };
}
