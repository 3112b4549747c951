/** The paper itself: takes pointers and keys, shows ink. React sees no pointer move. */

import {
  type KeyboardEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { announce } from "../app/announce";
import { randomKey } from "../service/client";
import type { Point } from "../service/model";
import { text } from "../text";
import type { Drawing } from "./drawing";
import type { Lettering } from "./elements";
import { GlanceOverlay } from "./GlanceOverlay";
import { Hand, type Style, type Tool } from "./hand";
import { Letterer } from "./Letterer";
import type { Layout } from "./layout";
import type { Glance } from "./useGlance";
import { useHand } from "./useHand";
import { useInk } from "./useInk";
import { useLayout } from "./useLayout";

/** CSS pixels. */
const LETTER_SIZE = 25;

interface Props {
  drawing: Drawing;
  tool: Tool;
  /** `width` in CSS pixels. */
  style: Style;
  squared: boolean;
  seen: Glance | null;
  /** The drawing has changed, also by a stroke that is not finished. */
  onInk: (hand: Hand) => void;
  /** A key that is not the surface's own. */
  onKey: (event: KeyboardEvent) => void;
}

export function Surface({ drawing, tool, style, squared, seen, onInk, onKey }: Props) {
  const elements = useSyncExternalStore(drawing.watch, () => drawing.elements);
  const [hand] = useState(() => new Hand(drawing));
  const paper = useRef<HTMLDivElement>(null);
  const ink = useRef<HTMLCanvasElement>(null);
  const wet = useRef<SVGPathElement>(null);
  const layout = useLayout(paper, drawing);
  const [lettering, setLettering] = useState<Point | null>(null);
  const helpId = useId();

  const { paintDry, moisten } = useInk({ drawing, hand, layout, ink, wet });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new array is what says "paint"
  useLayoutEffect(() => {
    paintDry();
    moisten();
    onInk(hand);
  }, [elements, paintDry, moisten, hand, onInk]);

  const onMove = () => {
    if (tool === "eraser") paintDry();
    moisten();
    onInk(hand);
  };
  const onLetter = setLettering;
  const { caret, handlers } = useHand({
    hand,
    tool,
    style,
    layout,
    ink,
    onMove,
    onLetter,
    onKey,
  });

  const write = (words: string) => {
    if (lettering && words) {
      drawing.add(letters(words, lettering, style, LETTER_SIZE / (layout?.scale ?? 1)));
      announce(text.board.said.added(words));
    }
    setLettering(null);
    paper.current?.focus();
  };

  return (
    <div
      ref={paper}
      className={`paper${squared ? " squared" : ""}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys, as an application does
      tabIndex={0}
      role="application"
      aria-label={text.board.label}
      aria-describedby={helpId}
      data-tool={tool}
      {...handlers}
      onMouseDown={(event) => {
        // The press would take the focus from the line that a label is typed on.
        if (tool === "lettering" && event.target === event.currentTarget) event.preventDefault();
      }}
    >
      <p id={helpId} hidden>
        {text.board.help}
      </p>
      <canvas ref={ink} />
      {layout && (
        <svg
          className="wet"
          viewBox={`0 0 ${layout.size.width} ${layout.size.height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <path ref={wet} strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      )}
      {layout && seen && <GlanceOverlay seen={seen} size={layout.size} />}
      {elements.length === 0 && (
        <p className="paper-hint" aria-hidden="true">
          {text.board.hint}
          <small>{text.board.hintMore}</small>
        </p>
      )}
      {layout && caret && <Caret at={caret} layout={layout} />}
      {layout && lettering && (
        <Letterer
          left={lettering[0] * layout.scale}
          top={lettering[1] * layout.scale}
          room={layout.size.width * layout.scale}
          onWrite={write}
        />
      )}
    </div>
  );
}

/** A label that begins at a place, at half its height. */
function letters(words: string, [x, y]: Point, { ink }: Style, size: number): Lettering {
  return { id: randomKey(), type: "lettering", ink, size, x, y: y + 0.35 * size, text: words };
}

function Caret({ at, layout }: { at: Point; layout: Layout }) {
  return (
    <svg
      className="caret"
      viewBox="-12 -12 24 24"
      aria-hidden="true"
      style={{ left: at[0] * layout.scale, top: at[1] * layout.scale }}
    >
      <path d="M-11 0h8M3 0h8M0 -11v8M0 3v8" />
    </svg>
  );
}
