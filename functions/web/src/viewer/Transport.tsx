/** Play, pause, step, scrub, speed, loop. */

import { ChevronLeft, ChevronRight, Pause, Play, Repeat, RotateCcw } from "lucide-react";
import { Slider } from "radix-ui";
import { useSyncExternalStore } from "react";
import { SPEEDS } from "../motion/clock";
import { text } from "../text";
import type { Player } from "./player";
import { seconds } from "./units";

const words = text.viewer.transport;

export function Transport({ player, onReset }: { player: Player; onReset?: (() => void) | null }) {
  const { time, duration, ready, playing, live, loop, speed } = useSyncExternalStore(
    player.subscribe,
    player.read,
  );
  return (
    <div className="viewer-transport" role="toolbar" aria-label={words.label}>
      <button
        type="button"
        className="viewer-play"
        aria-label={playing ? words.pause : words.play}
        onClick={() => player.toggle()}
      >
        {playing ? <Pause aria-hidden="true" /> : <Play aria-hidden="true" />}
      </button>
      {live ? (
        <button type="button" onClick={() => onReset?.()}>
          <RotateCcw aria-hidden="true" />
          {text.viewer.touch.reset}
        </button>
      ) : (
        <>
          <button type="button" aria-label={words.back} onClick={() => player.step(-1)}>
            <ChevronLeft aria-hidden="true" />
          </button>
          <button type="button" aria-label={words.forward} onClick={() => player.step(1)}>
            <ChevronRight aria-hidden="true" />
          </button>
          <div className="viewer-scrub">
            <span
              className="viewer-ready"
              style={{ width: `${duration > 0 ? (100 * ready) / duration : 0}%` }}
            />
            <Slider.Root
              className="viewer-slider"
              min={0}
              max={Math.max(duration, 0.01)}
              step={0.01}
              value={[time]}
              onValueChange={([at = 0]) => player.seek(at)}
            >
              <Slider.Track className="viewer-slider-track">
                <Slider.Range className="viewer-slider-range" />
              </Slider.Track>
              <Slider.Thumb
                className="viewer-slider-thumb"
                aria-label={words.time}
                aria-valuetext={words.timeAt(seconds(time), seconds(duration))}
              />
            </Slider.Root>
          </div>
        </>
      )}
      <output className="viewer-time" data-testid="time" aria-live="off">
        {seconds(time)}
      </output>
      {!live && (
        <>
          <select
            aria-label={words.speed}
            value={speed}
            onChange={(event) => player.setSpeed(Number(event.target.value))}
          >
            {SPEEDS.map((one) => (
              <option key={one} value={one}>
                {words.times(one)}
              </option>
            ))}
          </select>
          <button
            type="button"
            aria-label={words.loop}
            aria-pressed={loop}
            onClick={() => player.setLoop(!loop)}
          >
            <Repeat aria-hidden="true" />
          </button>
        </>
      )}
    </div>
  );
}
