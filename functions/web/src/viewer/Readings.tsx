/** What is measured of one body, ten times a second. */

import { useSyncExternalStore } from "react";
import { text } from "../text";
import type { Player } from "./player";
import { nameText, seconds, short } from "./units";

const words = text.viewer.numbers;

/** m/s, and m/s². */
const AT_REST = 2e-3;
/** rad/s: slower turning is what rounding of angles looks like. */
const TURNING = 0.05;

export function Readings({
  player,
  bodies,
}: {
  player: Player;
  /** Indices and names of the bodies to choose from. */
  bodies: readonly (readonly [number, string])[];
}) {
  const { body, fps, playing } = useSyncExternalStore(player.subscribe, player.read);
  return (
    <section className="viewer-readings" aria-label={words.label}>
      {bodies.length > 1 && (
        <select
          aria-label={words.body}
          value={player.body}
          onChange={(event) => player.select(Number(event.target.value))}
        >
          {bodies.map(([index, name]) => (
            <option key={index} value={index}>
              {nameText(name)}
            </option>
          ))}
        </select>
      )}
      {body?.period && (
        <Reading name={words.period} testId="period" strong>
          {seconds(body.period.seconds)}
        </Reading>
      )}
      <Reading name={words.speed} testId="speed">
        {body?.speed == null ? words.none : `${short(orRest(body.speed))} m/s`}
      </Reading>
      {body?.acceleration != null && (
        <Reading name={words.acceleration} testId="acceleration">
          {`${short(orRest(body.acceleration))} m/s²`}
        </Reading>
      )}
      {body?.spin != null && Math.abs(body.spin) > TURNING && (
        <Reading name={words.spin} testId="spin">
          {`${short(Math.abs(body.spin))} rad/s`}
        </Reading>
      )}
      <span className="viewer-fps" hidden={!playing} title={words.fps(fps)}>
        {fps} fps
      </span>
    </section>
  );
}

/** Slower than what frames are rounded to looks like, it rests. */
function orRest(value: number): number {
  return value < AT_REST ? 0 : value;
}

function Reading({
  name,
  testId,
  strong = false,
  children,
}: {
  name: string;
  testId: string;
  strong?: boolean;
  children: string;
}) {
  return (
    <span className="viewer-reading" data-strong={strong || undefined}>
      <span>{name}</span>{" "}
      <output data-testid={testId} aria-live="off">
        {children}
      </output>
    </span>
  );
}
