/** Adding what was missed: say what it is, show where it is, and for a label what it says. */

import { Plus, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { announce } from "../app/announce";
import { randomKey } from "../service/client";
import {
  type Box,
  type Corrections,
  MARK_KINDS,
  type MarkKind,
  type Point,
} from "../service/model";
import { text } from "../text";
import { outlineOf } from "./outline";

const words = text.reading.adding;

export type Missed = MarkKind | "label";

interface Props {
  kind: Missed | null;
  onKind(kind: Missed | null): void;
  /** Where the label is that was shown, to be told what it says. */
  labelAt: Box | null;
  onCorrect(corrections: Corrections): void;
}

export function Adding({ kind, onKind, labelAt, onCorrect }: Props) {
  const id = useId();
  if (kind === null) {
    return (
      <button
        type="button"
        className="button quiet"
        onClick={() => {
          onKind("rod");
          announce(words.hint);
        }}
      >
        <Plus aria-hidden="true" /> {words.open}
      </button>
    );
  }
  return (
    <div className="adding">
      <label htmlFor={id}>{words.kind}</label>
      <select id={id} value={kind} onChange={(event) => onKind(event.target.value as Missed)}>
        <option value="label">{words.label}</option>
        {MARK_KINDS.map((one) => (
          <option key={one} value={one}>
            {text.kinds[one]}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="icon-button"
        aria-label={words.cancel}
        title={words.cancel}
        onClick={() => onKind(null)}
      >
        <X aria-hidden="true" />
      </button>
      {labelAt ? (
        <LabelForm onWrite={(said) => onCorrect(labelAdded(said, labelAt))} />
      ) : (
        <p className="faint">{kind === "label" ? words.labelHint : words.hint}</p>
      )}
    </div>
  );
}

function LabelForm({ onWrite }: { onWrite(said: string): void }) {
  const id = useId();
  const [said, setSaid] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (said.trim()) onWrite(said.trim());
  };
  return (
    <form className="adding-label" onSubmit={submit}>
      <label htmlFor={id}>{text.reading.text}</label>
      <input
        id={id}
        value={said}
        maxLength={200}
        placeholder={text.board.lettering.placeholder}
        // biome-ignore lint/a11y/noAutofocus: it was asked for by the press that opened it
        autoFocus
        onChange={(event) => setSaid(event.target.value)}
      />
      <button type="submit" className="button strong">
        {text.reading.apply}
      </button>
    </form>
  );
}

/** A mark that was missed, as the service is told of it. */
export function markAdded(kind: MarkKind, from: Point, to: Point, width: number): Corrections {
  return { shapes: { [freshId()]: { kind, polygon: outlineOf(kind, from, to, width) } } };
}

/** The box between two corners, at least as large as a short word in a picture of such a width. */
export function labelBox(from: Point, to: Point, width: number): Box {
  const [w, h] = [
    Math.max(Math.abs(to[0] - from[0]), 0.06 * width),
    Math.max(Math.abs(to[1] - from[1]), 0.03 * width),
  ];
  return [(from[0] + to[0] - w) / 2, (from[1] + to[1] - h) / 2, w, h];
}

function labelAdded(said: string, bbox: Box): Corrections {
  return { texts: { [freshId()]: { text: said, bbox } } };
}

/** No id that the reader gives. */
function freshId(): string {
  return `added_${randomKey().slice(0, 8)}`;
}
