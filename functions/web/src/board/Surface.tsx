/** The paper itself: takes pointers and keys, shows ink. React sees no pointer move. */

import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
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
import type { PenPoint } from "./elements";
import { GlanceOverlay } from "./GlanceOverlay";
import { Hand, type Style, type Tool } from "./hand";
import { keyboardHand } from "./keyboardHand";
import { Letterer } from "./Letterer";
import { type Layout, layOut } from "./layout";
import type { Glance } from "./useGlance";
import { useInk } from "./useInk";
import { usePointers } from "./usePointers";

/** CSS pixels. */
const ERASER_REACH = 9;
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
  const [caret, setCaret] = useState<Point | null>(null);
  const [lettering, setLettering] = useState<Point | null>(null);
  const helpId = useId();

  const { paintDry, moisten } = useInk({ drawing, hand, layout, ink, wet });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new array is what says "paint"
  useLayoutEffect(() => {
    paintDry();
    moisten();
    onInk(hand);
  }, [elements, paintDry, moisten, hand, onInk]);

  const unit = 1 / (layout?.scale ?? 1);
  const inUnits = (event: PointerEvent | globalThis.PointerEvent): PenPoint => {
    const box = ink.current?.getBoundingClientRect();
    return [
      (event.clientX - (box?.left ?? 0)) * unit,
      (event.clientY - (box?.top ?? 0)) * unit,
      event.pressure || 0.5,
    ];
  };
  const drawn = () => {
    if (tool === "eraser") paintDry();
    moisten();
    onInk(hand);
  };
  const begin = (at: PenPoint, pressed: boolean) => {
    hand.begin(tool, { ...style, width: style.width * unit }, at, pressed, ERASER_REACH * unit);
    drawn();
  };
  const end = () => {
    const count = hand.end();
    drawn();
    return count;
  };

  const pointers = usePointers({
    begin(event) {
      setCaret(null);
      if (tool !== "lettering") begin(inUnits(event), event.pointerType === "pen");
    },
    move(event) {
      if (!hand.down) return;
      const native = event.nativeEvent;
      const between = native.getCoalescedEvents?.() ?? [];
      hand.move((between.length ? between : [native]).map(inUnits));
      drawn();
    },
    end(event) {
      const [x, y] = inUnits(event);
      // On lifting: a phone shows its keyboard for a tap, not for a touch.
      if (tool === "lettering") setLettering([x, y]);
      else if (hand.down) end();
    },
    cancel() {
      hand.cancel();
      drawn();
    },
  });

  const keys = keyboardHand({
    caret: caret ?? middle(layout),
    step: unit,
    limit: layout?.size ?? null,
    moveTo(at) {
      setCaret(at);
      if (!hand.down) return;
      hand.move([[at[0], at[1], 0.5]]);
      drawn();
    },
    press(at) {
      setCaret(at);
      if (tool === "lettering") return setLettering(at);
      if (hand.down) {
        const count = end();
        const name = text.board.tools[tool];
        announce(tool === "eraser" ? text.board.said.erased(count) : text.board.said.added(name));
      } else {
        begin([at[0], at[1], 0.5], false);
        if (tool === "eraser") return announce(text.board.said.erased(end()));
        announce(tool === "pen" ? text.board.said.penDown : text.board.said.begun);
      }
    },
    release() {
      if (!hand.down) return false;
      hand.cancel();
      drawn();
      return true;
    },
    otherwise: onKey,
  });

  const write = (words: string) => {
    if (lettering && words) {
      const [x, y] = lettering;
      const size = LETTER_SIZE * unit;
      drawing.add({
        id: randomKey(),
        type: "lettering",
        ink: style.ink,
        size,
        x,
        y: y + 0.35 * size,
        text: words,
      });
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
      {...pointers}
      onMouseDown={(event) => {
        // The press would take the focus from the line that a label is typed on.
        if (tool === "lettering" && event.target === event.currentTarget) event.preventDefault();
      }}
      onKeyDown={keys}
      onBlur={() => setCaret(null)}
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

/** Follows the room that the page gives; null until it is known. */
function useLayout(paper: React.RefObject<HTMLDivElement | null>, drawing: Drawing) {
  const [layout, setLayout] = useState<Layout | null>(null);
  useEffect(() => {
    const element = paper.current;
    if (!element) return;
    const measure = () => {
      const room = { width: element.clientWidth, height: element.clientHeight };
      if (!room.width || !room.height) return;
      const next = layOut(room, drawing.elements);
      drawing.size = next.size;
      setLayout(next);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [paper, drawing]);
  return layout;
}

function middle(layout: Layout | null): Point {
  return layout ? [layout.size.width / 2, layout.size.height / 2] : [0, 0];
}
