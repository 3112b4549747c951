/** The paper itself: takes pointers and keys, shows ink. React sees no pointer move. */

import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { announce } from "../app/announce";
import { useDark } from "../app/theme";
import { randomKey } from "../service/client";
import type { Point } from "../service/model";
import { text } from "../text";
import type { Drawing } from "./drawing";
import type { PenPoint } from "./elements";
import { GlanceOverlay } from "./GlanceOverlay";
import { Hand, type Style, type Tool } from "./hand";
import { Letterer } from "./Letterer";
import { type Layout, layOut } from "./layout";
import { ON_DARK, ON_WHITE, paint, paintWet } from "./paint";
import type { Glance } from "./useGlance";

/** CSS pixels. */
const ERASER_REACH = 9;
const KEY_STEP = 10;
const KEY_STRIDE = 50;
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
  const frame = useRef(0);
  const dark = useDark();
  const palette = dark ? ON_DARK : ON_WHITE;
  const helpId = useId();

  // Ink that is dry: painted when the drawing, the room or the theme changes, or while erasing.
  const paintDry = useCallback(() => {
    const context = cleared(ink.current, layout);
    if (!context) return;
    const left = drawing.elements.filter(({ id }) => !hand.erased.has(id));
    paint(context, left, palette);
  }, [drawing, hand, layout, palette]);

  // Ink that is wet: at most once a frame.
  const moisten = useCallback(() => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      if (wet.current) paintWet(wet.current, hand.live, palette);
    });
  }, [hand, palette]);

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

  const keys = useKeyboardHand({
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

/** A canvas as sharp as the screen, empty, in board units. */
function cleared(canvas: HTMLCanvasElement | null, layout: Layout | null) {
  const context = canvas?.getContext("2d");
  if (!canvas || !context || !layout) return null;
  const pixels = window.devicePixelRatio * layout.scale;
  const width = Math.round(layout.size.width * pixels);
  const height = Math.round(layout.size.height * pixels);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(pixels, 0, 0, pixels, 0, 0);
  return context;
}

interface PointerActions {
  begin(event: PointerEvent): void;
  move(event: PointerEvent): void;
  end(event: PointerEvent): void;
  cancel(): void;
}

/** One pointer at a time draws; once a pen was seen, a palm does not. */
function usePointers({ begin, move, end, cancel }: PointerActions) {
  const active = useRef<number | null>(null);
  const penSeen = useRef(false);
  const isActive = (event: PointerEvent) => event.pointerId === active.current;
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.pointerType === "pen") penSeen.current = true;
      if (event.pointerType === "touch" && penSeen.current) return;
      if (active.current !== null || event.button !== 0) return;
      if ((event.target as Element).closest("form")) return;
      active.current = event.pointerId;
      event.currentTarget.setPointerCapture(event.pointerId);
      begin(event);
    },
    onPointerMove(event: PointerEvent) {
      if (isActive(event)) move(event);
    },
    onPointerUp(event: PointerEvent) {
      if (!isActive(event)) return;
      active.current = null;
      end(event);
    },
    onPointerCancel(event: PointerEvent) {
      if (!isActive(event)) return;
      active.current = null;
      cancel();
    },
  };
}

interface KeyActions {
  caret: Point;
  /** Board units a CSS pixel. */
  step: number;
  limit: { width: number; height: number } | null;
  moveTo(at: Point): void;
  press(at: Point): void;
  /** Let go without drawing; false if nothing was held. */
  release(): boolean;
  otherwise(event: KeyboardEvent): void;
}

const ARROWS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function useKeyboardHand(actions: KeyActions) {
  const { caret, step, limit, moveTo, press, release, otherwise } = actions;
  return (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const way = ARROWS[event.key];
    if (way && limit) {
      const far = (event.shiftKey ? KEY_STRIDE : event.altKey ? 1 : KEY_STEP) * step;
      moveTo([
        Math.min(limit.width, Math.max(0, caret[0] + way[0] * far)),
        Math.min(limit.height, Math.max(0, caret[1] + way[1] * far)),
      ]);
    } else if ((event.key === " " || event.key === "Enter") && !event.ctrlKey && !event.metaKey) {
      press(caret);
    } else if (!(event.key === "Escape" && release())) {
      otherwise(event);
      return;
    }
    event.preventDefault();
  };
}

function middle(layout: Layout | null): Point {
  return layout ? [layout.size.width / 2, layout.size.height / 2] : [0, 0];
}
