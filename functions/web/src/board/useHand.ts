/** Moves the hand, by pointers and by keys. React sees no pointer move. */

import { type KeyboardEvent, type PointerEvent, type RefObject, useState } from "react";
import { announce } from "../app/announce";
import type { Point } from "../service/model";
import { text } from "../text";
import type { PenPoint } from "./elements";
import type { Hand, Style, Tool } from "./hand";
import { keyboardHand } from "./keyboardHand";
import type { Layout } from "./layout";
import { usePointers } from "./usePointers";

/** CSS pixels. */
const ERASER_REACH = 9;

interface Setting {
  readonly hand: Hand;
  readonly tool: Tool;
  /** `width` in CSS pixels. */
  readonly style: Style;
  readonly layout: Layout | null;
  readonly ink: RefObject<HTMLCanvasElement | null>;
  /** Wet ink has changed; what is erased, too, with that tool. */
  readonly onMove: () => void;
  /** A label is wanted at a place. */
  readonly onLetter: (at: Point) => void;
  /** A key that is not the hand's own. */
  readonly onKey: (event: KeyboardEvent) => void;
}

/** The handlers that the paper needs, and where the keys' caret is; null while a pointer draws. */
export function useHand({ hand, tool, style, layout, ink, onMove, onLetter, onKey }: Setting) {
  const [caret, setCaret] = useState<Point | null>(null);
  const unit = 1 / (layout?.scale ?? 1);
  const lettering = tool === "lettering";

  const inUnits = (event: PointerEvent | globalThis.PointerEvent): PenPoint => {
    const box = ink.current?.getBoundingClientRect();
    return [
      (event.clientX - (box?.left ?? 0)) * unit,
      (event.clientY - (box?.top ?? 0)) * unit,
      event.pressure || 0.5,
    ];
  };
  const begin = (at: PenPoint, pressed: boolean) => {
    hand.begin(tool, { ...style, width: style.width * unit }, at, pressed, ERASER_REACH * unit);
    onMove();
  };
  const move = (points: PenPoint[]) => {
    if (!hand.down) return;
    hand.move(points);
    onMove();
  };
  const end = () => {
    const count = hand.end();
    onMove();
    return count;
  };
  const cancel = () => {
    hand.cancel();
    onMove();
  };

  const pointers = usePointers({
    begin(event) {
      setCaret(null);
      if (!lettering) begin(inUnits(event), event.pointerType === "pen");
    },
    move(event) {
      const native = event.nativeEvent;
      const between = native.getCoalescedEvents?.() ?? [];
      move((between.length ? between : [native]).map(inUnits));
    },
    end(event) {
      const [x, y] = inUnits(event);
      // On lifting: a phone shows its keyboard for a tap, not for a touch.
      if (lettering) onLetter([x, y]);
      else if (hand.down) end();
    },
    cancel,
  });

  const onKeyDown = keyboardHand({
    caret: caret ?? middle(layout),
    step: unit,
    limit: layout?.size ?? null,
    moveTo(at) {
      setCaret(at);
      move([[at[0], at[1], 0.5]]);
    },
    press(at) {
      setCaret(at);
      if (lettering) return onLetter(at);
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
      cancel();
      return true;
    },
    otherwise: onKey,
  });

  return { caret, handlers: { ...pointers, onKeyDown, onBlur: () => setCaret(null) } };
}

function middle(layout: Layout | null): Point {
  return layout ? [layout.size.width / 2, layout.size.height / 2] : [0, 0];
}
