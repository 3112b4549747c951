/** The pointer that draws. */

import { type PointerEvent, useRef } from "react";

interface PointerActions {
  begin(event: PointerEvent): void;
  move(event: PointerEvent): void;
  end(event: PointerEvent): void;
  cancel(): void;
}

/** One pointer at a time draws; once a pen was seen, a palm does not. */
export function usePointers({ begin, move, end, cancel }: PointerActions) {
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
