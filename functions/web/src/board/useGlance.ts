/** What the service sees in the drawing while one draws; null where it can't say. */

import { useCallback, useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { useServices } from "../app/services";
import { randomKey } from "../service/client";
import type { Analysis } from "../service/model";
import type { Message } from "../service/socket";
import type { Drawing } from "./drawing";
import type { Element, Extent } from "./elements";
import { Glancer } from "./glancer";
import { type Course, Glances } from "./glances";
import type { Hand } from "./hand";
import { glanced, sheetOf } from "./picture";

/**
 * Whoever measures hears how far behind the pen it is when what was seen is shown, and where the
 * time went, by a `PerformanceObserver`; none is kept.
 */
function noteCourse({ changed, begun, sent }: Course): void {
  const answered = performance.now();
  requestAnimationFrame(() => {
    const shown = performance.now();
    const detail = {
      waited: begun - changed,
      drawn: sent - begun,
      read: answered - sent,
      shown: shown - answered,
    };
    performance.measure("glance", { start: changed, end: shown, detail });
    performance.clearMeasures("glance");
  });
}

/** What was read, and the part of the board that was looked at. */
export interface Glance {
  readonly analysis: Analysis;
  readonly sheet: Extent;
}

export function useGlance(drawing: Drawing) {
  const { socket } = useServices();
  const [seen, setSeen] = useState<Glance | null>(null);
  const shown = useMemo(
    // By its reference an answer is known for that of the latest glance, or the one before it,
    // which was given up and came after all.
    () => ({
      asked: [] as { ref: string; sheet: Extent }[],
      elements: (): readonly Element[] => drawing.elements,
    }),
    [drawing],
  );

  const { glances, glancer } = useMemo(() => {
    const glancer = new Glancer();
    const look = async () => {
      const { size } = drawing;
      if (!size || socket.state !== "open") return false;
      const elements = glanced(shown.elements());
      const board = { left: 0, top: 0, right: size.width, bottom: size.height };
      const sheet = elements.length ? sheetOf(elements) : board;
      const ref = randomKey().slice(0, 8);
      shown.asked = [{ ref, sheet }, ...shown.asked.slice(0, 1)];
      const image = await glancer.draw(elements, sheet);
      return image !== null && socket.send({ action: "look", ref, image });
    };
    return { glances: new Glances({ look, seen: noteCourse }), glancer };
  }, [drawing, shown, socket]);

  useEffect(() => {
    const asked = (message: Message) => shown.asked.find(({ ref }) => ref === message.ref);
    const stops = [
      socket.on("look", (message) => {
        const glance = asked(message);
        if (!glance) return;
        const analysis = message.analysis as Analysis;
        flushSync(() => setSeen({ analysis, sheet: glance.sheet }));
        glances.answered();
      }),
      // Nothing to read yet, or too much: the outlines of before no longer hold.
      socket.on("error", (message) => {
        if (!asked(message)) return;
        setSeen(null);
        glances.over();
      }),
      socket.watch((state) => {
        // Also with nothing on the board: whatever has to start first has started by the first stroke.
        if (state === "open") glances.changed();
        else setSeen(null);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      glances.stop();
      glancer.stop();
    };
  }, [glances, glancer, shown, socket]);

  const onInk = useCallback(
    (hand: Hand) => {
      shown.elements = () => hand.shown();
      glances.changed();
    },
    [glances, shown],
  );
  return { seen, onInk };
}
