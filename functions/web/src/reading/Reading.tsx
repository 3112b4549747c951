/** The drawing with what was read in it: every mark and label can be taken up and corrected. */

import { Eye, EyeOff } from "lucide-react";
import { Popover } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import type { Analysis, Box, Corrections, Label, Point, Shape, Warning } from "../service/model";
import { text } from "../text";
import { Adding, labelBox, type Missed, markAdded } from "./Adding";
import { namesOf } from "./corrections";
import { Doubt, Warnings } from "./doubts";
import { LabelEditor, MarkEditor } from "./editors";
import { NameTag, outlinePath, roleOf, tagPlaces } from "./marks";
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
  const names = namesOf(analysis, text.kinds);
  const { width, height, warnings } = analysis;
  const [missed, setMissed] = useState<Missed | null>(null);
  const [labelAt, setLabelAt] = useState<Box | null>(null);
  const place = (from: Point, to: Point) => {
    if (missed === "label") return setLabelAt(labelBox(from, to, width));
    if (missed) onCorrect?.(markAdded(missed, from, to, width));
    setMissed(null);
  };
  // Of a photo as of a sketch, tags are as large as the page's own small print.
  const tag = width / 46;
  const tags = tagPlaces(analysis, ({ kind }) => text.kinds[kind], tag);
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
        {shown && (
          // biome-ignore lint/a11y/noSvgWithoutTitle: a group of buttons, each with its name
          <svg viewBox={`0 0 ${width} ${height}`} className="reading-overlay">
            {bySize(analysis.shapes).map((shape) => (
              <Taken
                key={shape.id}
                name={text.reading.mark(names.get(shape.id) ?? "", percent(shape.confidence))}
                look={roleOf(shape.kind)}
                editor={onCorrect && ((close) => <MarkEditor {...{ shape, onCorrect, close }} />)}
              >
                <path className="mark-reach" d={outlinePath(shape)} />
                <path className="mark-outline" d={outlinePath(shape)} />
                <NameTag
                  at={tags.get(shape.id) ?? shape.center}
                  words={text.kinds[shape.kind]}
                  size={tag}
                />
              </Taken>
            ))}
            {analysis.texts.map((label) => (
              <Taken
                key={label.id}
                name={nameOf(label, names)}
                look="label"
                editor={
                  onCorrect &&
                  ((close) => <LabelEditor {...{ label, analysis, names, onCorrect, close }} />)
                }
              >
                <Frame box={label.bbox} pad={tag / 3} />
              </Taken>
            ))}
            {warnings.map((warning, i) => {
              const spot = spotOf(warning, tag, warning === pointed);
              return (
                spot && (
                  <Taken
                    // biome-ignore lint/suspicious/noArrayIndexKey: two may say the same
                    key={i}
                    name={text.reading.warning(warning.message)}
                    look="doubt"
                    editor={
                      onCorrect &&
                      ((close) => (
                        <Doubt
                          {...{ warning, analysis, names }}
                          onCorrect={(said) => {
                            close();
                            onCorrect(said);
                          }}
                        />
                      ))
                    }
                  >
                    {spot}
                  </Taken>
                )
              );
            })}
          </svg>
        )}
        {missed && !labelAt && (
          <Placing
            kind={missed}
            size={[width, height]}
            onPlaced={place}
            onCancel={() => setMissed(null)}
          />
        )}
      </figure>
      {onCorrect && !missed && <p className="faint">{text.reading.hint}</p>}
      {onCorrect && (
        <Adding
          kind={missed}
          labelAt={labelAt}
          onKind={(kind) => {
            setLabelAt(null);
            setMissed(kind);
          }}
          onCorrect={(said) => {
            setMissed(null);
            setLabelAt(null);
            onCorrect(said);
          }}
        />
      )}
      <Warnings {...{ analysis, names, onCorrect }} onPoint={setPointed} />
    </section>
  );
}

interface TakenProps {
  name: string;
  look: string;
  /** What opens when it is taken up, given how to close it. */
  editor: ((close: () => void) => ReactNode) | undefined;
  children: ReactNode;
}

/** A part of the picture that opens an editor. */
function Taken({ name, look, editor, children }: TakenProps) {
  const [open, setOpen] = useState(false);
  if (!editor) {
    return (
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a <g> is not interactive
      <g className="taken" data-role={look} role="img" aria-label={name}>
        {children}
      </g>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    setOpen(true);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        {/* biome-ignore lint/a11y/useSemanticElements: SVG has no button */}
        <g
          className="taken"
          data-role={look}
          role="button"
          tabIndex={0}
          {...{ onKeyDown }}
          aria-label={name}
        >
          {children}
        </g>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" sideOffset={6} collisionPadding={10} aria-label={name}>
          {editor(() => setOpen(false))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Frame({ box: [x, y, width, height], pad }: { box: Box; pad: number }) {
  return (
    <rect
      className="label-frame"
      x={x - pad}
      y={y - pad}
      width={width + 2 * pad}
      height={height + 2 * pad}
      rx={pad}
    />
  );
}

/** The sign at a doubt's place; null where it has none. */
function spotOf({ bbox }: Warning, size: number, pointed: boolean): ReactNode {
  if (!bbox) return null;
  const [x, y, width] = bbox;
  return (
    <g className="warning-spot" data-pointed={pointed}>
      <Frame box={bbox} pad={size / 3} />
      <g transform={`translate(${x + width} ${y}) scale(${size / 24})`}>
        <path className="sign" d="M0 -22L24 18H-24z" />
        <path className="bang" d="M0 -8V5M0 11V12" />
      </g>
    </g>
  );
}

/** Large ones first, so that small ones lie on top and can be tapped. */
function bySize(shapes: readonly Shape[]): Shape[] {
  return [...shapes].sort((a, b) => b.bbox[2] * b.bbox[3] - a.bbox[2] * a.bbox[3]);
}

function nameOf(label: Label, names: Map<string, string>): string {
  return text.reading.labelText(label.text, names.get(label.attached_to ?? "") ?? "");
}

function percent(part: number): number {
  return Math.round(100 * part);
}
