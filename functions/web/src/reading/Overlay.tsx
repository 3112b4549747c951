/** What was read, drawn over the drawing: each part of it opens an editor. */

import { Popover } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import type { Analysis, Box, Corrections, Label, Shape, Warning } from "../service/model";
import { text } from "../text";
import { Doubt } from "./doubts";
import { LabelEditor, MarkEditor } from "./editors";
import { NameTag, outlinePath, roleOf, tagPlaces } from "./marks";

interface Props {
  analysis: Analysis;
  names: Map<string, string>;
  /** The doubt that is pointed at in the list. */
  pointed: Warning | null;
  /** Absent where nobody may correct. */
  onCorrect?: ((corrections: Corrections) => void) | undefined;
}

export function Overlay(props: Props) {
  const { width, height } = props.analysis;
  // Of a photo as of a sketch, tags are as large as the page's own small print.
  const tag = width / 46;
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: a group of buttons, each with its name
    <svg viewBox={`0 0 ${width} ${height}`} className="reading-overlay">
      <Marks {...props} tag={tag} />
      <Labels {...props} tag={tag} />
      <Doubts {...props} tag={tag} />
    </svg>
  );
}

type PartProps = Props & { tag: number };

function Marks({ analysis, names, tag, onCorrect }: PartProps) {
  const places = tagPlaces(analysis, ({ kind }) => text.kinds[kind], tag);
  return bySize(analysis.shapes).map((shape) => (
    <Taken
      key={shape.id}
      name={text.reading.mark(names.get(shape.id) ?? "", percent(shape.confidence))}
      look={roleOf(shape.kind)}
      editor={onCorrect && ((close) => <MarkEditor {...{ shape, onCorrect, close }} />)}
    >
      <path className="mark-reach" d={outlinePath(shape)} />
      <path className="mark-outline" d={outlinePath(shape)} />
      <NameTag
        at={places.get(shape.id) ?? shape.center}
        words={text.kinds[shape.kind]}
        size={tag}
      />
    </Taken>
  ));
}

function Labels({ analysis, names, tag, onCorrect }: PartProps) {
  return analysis.texts.map((label) => (
    <Taken
      key={label.id}
      name={nameOf(label, names)}
      look="label"
      editor={
        onCorrect && ((close) => <LabelEditor {...{ label, analysis, names, onCorrect, close }} />)
      }
    >
      <Frame box={label.bbox} pad={tag / 3} />
    </Taken>
  ));
}

function Doubts({ analysis, names, pointed, tag, onCorrect }: PartProps) {
  return analysis.warnings.map((warning, i) => {
    if (!warning.bbox) return null;
    const editor = (close: () => void) => (
      <Doubt
        {...{ warning, analysis, names }}
        onCorrect={(said) => {
          close();
          onCorrect?.(said);
        }}
      />
    );
    return (
      <Taken
        // biome-ignore lint/suspicious/noArrayIndexKey: two may say the same
        key={i}
        name={text.reading.warning(warning.message)}
        look="doubt"
        editor={onCorrect && editor}
      >
        <Sign box={warning.bbox} size={tag} pointed={warning === pointed} />
      </Taken>
    );
  });
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

/** The sign at a doubt's place. */
function Sign({ box, size, pointed }: { box: Box; size: number; pointed: boolean }) {
  const [x, y, width] = box;
  return (
    <g className="warning-spot" data-pointed={pointed}>
      <Frame box={box} pad={size / 3} />
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
