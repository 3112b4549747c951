/** Taking it in hand: what it does, and how far the page's run is from the service's. */

import { Hand } from "lucide-react";
import { useSyncExternalStore } from "react";
import type { Difference } from "../engine/compare";
import type { Touch } from "../engine/useTouch";
import { text } from "../text";
import { lengthText } from "./grid";
import type { Player } from "./player";
import { seconds } from "./units";

const words = text.viewer.touch;

export function TouchTab({ touch, player }: { touch: Touch; player: Player }) {
  const { complete, duration } = useSyncExternalStore(player.subscribe, player.read);
  const { state, difference } = touch;
  return (
    <div className="viewer-touch">
      <p className="viewer-hint">{words.hint}</p>
      {state === "on" ? (
        <>
          <div className="viewer-row">
            <button type="button" onClick={touch.stop}>
              {words.stop}
            </button>
            <button
              type="button"
              disabled={!complete || difference === "running"}
              onClick={touch.compare}
            >
              {difference === "running" ? words.comparing : words.compare}
            </button>
          </div>
          {difference && difference !== "running" && (
            <p className="viewer-difference" role="status" data-testid="difference">
              {differenceText(difference, duration)}
            </p>
          )}
        </>
      ) : (
        <>
          <div className="viewer-row">
            <button type="button" disabled={state === "loading"} onClick={touch.start}>
              <Hand aria-hidden="true" />
              {state === "loading" ? words.loading : words.start}
            </button>
          </div>
          <p className="viewer-hint">{state === "failed" ? words.failed : words.size}</p>
        </>
      )}
    </div>
  );
}

function differenceText({ worst, parts }: Difference, duration: number): string {
  if (parts !== null) return words.parts(seconds(parts), lengthText(1e-3));
  return words.agrees(lengthText(Math.max(worst, 1e-6)), seconds(duration));
}
