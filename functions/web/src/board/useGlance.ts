/** What the service sees in the drawing while one draws; null where it can't say. */

import { useCallback, useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { useServices } from "../app/services";
import { randomKey } from "../service/client";
import type { Analysis } from "../service/model";
import type { Message } from "../service/socket";
import type { Drawing } from "./drawing";
import type { Element } from "./elements";
import { Glancer } from "./glancer";
import { type Course, Glances } from "./glances";
import type { Hand } from "./hand";

/**
 * Whoever measures hears how far behind the pen it is when what was seen is shown, and where the
 * time went, by a `PerformanceObserver`; none is kept.
 */
function seen({ changed, begun, sent }: Course): void {
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

export function useGlance(drawing: Drawing) {
  const { socket } = useServices();
  const [analysis, setAnalysis] = useState<Analysis | null>(null);
  const shown = useMemo(
    // By its reference an answer is known for that of the latest glance, or the one before it,
    // which was given up and came after all.
    () => ({ refs: ["", ""], elements: (): readonly Element[] => drawing.elements }),
    [drawing],
  );

  const { glances, glancer } = useMemo(() => {
    const glancer = new Glancer();
    const look = async () => {
      const ref = randomKey().slice(0, 8);
      shown.refs = [ref, shown.refs[0] as string];
      const elements = shown.elements();
      if (!drawing.size || socket.state !== "open") return false;
      const image = await glancer.draw(elements, drawing.size);
      return image !== null && socket.send({ action: "look", ref, image });
    };
    return { glances: new Glances({ look, seen }), glancer };
  }, [drawing, shown, socket]);

  useEffect(() => {
    const isAsked = (message: Message) => shown.refs.includes(String(message.ref));
    const stops = [
      socket.on("look", (message) => {
        if (!isAsked(message)) return;
        flushSync(() => setAnalysis(message.analysis as Analysis));
        glances.answered();
      }),
      // Nothing to read yet, or too much: the outlines of before no longer hold.
      socket.on("error", (message) => {
        if (!isAsked(message)) return;
        setAnalysis(null);
        glances.over();
      }),
      socket.watch((state) => {
        // Also with nothing on the board: whatever has to start first has started by the first stroke.
        if (state === "open") glances.changed();
        else setAnalysis(null);
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
  return { analysis, onInk };
}
