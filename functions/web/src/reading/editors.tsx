/** The small forms in which a mark or a label is corrected. */

import { Trash2 } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import {
  type Analysis,
  type Corrections,
  type Label,
  MARK_KINDS,
  type MarkKind,
  type Shape,
} from "../service/model";
import { text } from "../text";
import { drop, labelIs, markIs } from "./corrections";

interface Common {
  onCorrect: (corrections: Corrections) => void;
  close: () => void;
}

export function MarkEditor({ shape, onCorrect, close }: Common & { shape: Shape }) {
  const [kind, setKind] = useState<MarkKind>(shape.kind);
  const id = useId();
  return (
    <Form
      apply={() => kind !== shape.kind && onCorrect(markIs(shape, kind))}
      remove={() => onCorrect(drop("shapes", shape.id))}
      close={close}
    >
      <label htmlFor={id}>{text.reading.kind}</label>
      <select id={id} value={kind} onChange={(event) => setKind(event.target.value as MarkKind)}>
        {MARK_KINDS.map((one) => (
          <option key={one} value={one}>
            {text.kinds[one]}
          </option>
        ))}
      </select>
    </Form>
  );
}

interface LabelProps extends Common {
  label: Label;
  analysis: Analysis;
  names: Map<string, string>;
}

export function LabelEditor({ label, analysis, names, onCorrect, close }: LabelProps) {
  const [words, setWords] = useState(label.text);
  const [attached, setAttached] = useState(label.attached_to);
  const id = useId();
  const apply = () => {
    const said = labelIs(label, { text: words.trim(), attached });
    if (said) onCorrect(said);
  };
  return (
    <Form apply={apply} remove={() => onCorrect(drop("texts", label.id))} close={close}>
      <label htmlFor={`${id}text`}>{text.reading.text}</label>
      <input
        id={`${id}text`}
        value={words}
        maxLength={200}
        onChange={(event) => setWords(event.target.value)}
      />
      <label htmlFor={`${id}on`}>{text.reading.attached}</label>
      <select
        id={`${id}on`}
        value={attached ?? ""}
        onChange={(event) => setAttached(event.target.value || null)}
      >
        <option value="">{text.reading.scene}</option>
        {analysis.shapes.map(({ id: shapeId }) => (
          <option key={shapeId} value={shapeId}>
            {names.get(shapeId)}
          </option>
        ))}
      </select>
    </Form>
  );
}

interface FormProps {
  apply: () => void;
  remove: () => void;
  close: () => void;
  children: ReactNode;
}

function Form({ apply, remove, close, children }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    close();
    apply();
  };
  return (
    <form className="editor" onSubmit={submit}>
      {children}
      <div className="actions">
        <button type="submit" className="button strong">
          {text.reading.apply}
        </button>
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            close();
            remove();
          }}
        >
          <Trash2 aria-hidden="true" /> {text.reading.remove}
        </button>
      </div>
    </form>
  );
}
