/** The drawing with what was read in it: every mark and label can be taken up and corrected. */

import { Eye, EyeOff, TriangleAlert } from "lucide-react";
import { Popover } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import type { Analysis, Box, Corrections, Label, Shape, Warning } from "../service/model";
import { text } from "../text";
import { namesOf } from "./corrections";
import { LabelEditor, MarkEditor } from "./editors";
import { NameTag, outlinePath, roleOf } from "./marks";

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
  // Of a photo as of a sketch, tags are as large as the page's own small print.
  const tag = width / 46;
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
                <NameTag shape={shape} words={text.kinds[shape.kind]} size={tag} />
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
            {warnings.map((warning) => (
              <WarningSpot
                key={`${warning.code}${warning.message}`}
                warning={warning}
                size={tag}
                pointed={warning === pointed}
              />
            ))}
          </svg>
        )}
      </figure>
      {onCorrect && <p className="faint">{text.reading.hint}</p>}
      <Warnings warnings={warnings} onPoint={setPointed} />
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

function WarningSpot({
  warning,
  size,
  pointed,
}: {
  warning: Warning;
  size: number;
  pointed: boolean;
}) {
  if (!warning.bbox) return null;
  const [x, y, width] = warning.bbox;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a <g> can't be focused
    <g className="warning-spot" data-pointed={pointed} aria-hidden="true">
      <Frame box={warning.bbox} pad={size / 3} />
      <g transform={`translate(${x + width} ${y}) scale(${size / 24})`}>
        <path d="M0 -22L24 18H-24z" />
        <path className="bang" d="M0 -8V5M0 11V12" />
      </g>
    </g>
  );
}

function Warnings(props: { warnings: Warning[]; onPoint: (warning: Warning | null) => void }) {
  const { warnings, onPoint } = props;
  if (!warnings.length) return null;
  return (
    <section className="warnings" aria-label={text.reading.warnings}>
      <h3>{text.reading.warnings}</h3>
      <ul>
        {warnings.map((warning) => (
          <li
            key={`${warning.code}${warning.message}`}
            onPointerEnter={() => onPoint(warning)}
            onPointerLeave={() => onPoint(null)}
          >
            <TriangleAlert aria-hidden="true" />
            <div>
              <p>{warning.message}</p>
              {warning.suggestion && <p className="faint">{warning.suggestion}</p>}
            </div>
          </li>
        ))}
      </ul>
    </section>
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
