/** Taking a motion in hand: MuJoCo in the page, loaded when it is asked for. */

import { useCallback, useEffect, useRef, useState } from "react";
import { announce } from "../app/announce";
import type { Client } from "../service/client";
import { text } from "../text";
import type { Player } from "../viewer/player";
import type { Difference } from "./compare";
import type { Engine } from "./engine";
import { holdBodies } from "./holding";

export type TouchState = "off" | "loading" | "on" | "failed";

export interface Touch {
  readonly state: TouchState;
  /** Against the service's run; "running" while it is compared. */
  readonly difference: Difference | "running" | null;
  start(): void;
  stop(): void;
  toggle(): void;
  reset(): boolean;
  push(x: number, z: number): boolean;
  compare(): void;
}

/** MuJoCo for the motion that a player has; goes when the simulation does. */
export function useTouch(player: Player, client: Pick<Client, "get">, simulationId: string): Touch {
  const [state, setState] = useState<TouchState>("off");
  const [difference, setDifference] = useState<Difference | "running" | null>(null);
  const engine = useRef<Engine | null>(null);
  const attempt = useRef(0);

  const stop = useCallback(() => {
    attempt.current++;
    if (engine.current) {
      player.setControls(null);
      player.setLive(null);
      engine.current.stop();
      engine.current = null;
    }
    setDifference(null);
    setState("off");
  }, [player]);

  const start = useCallback(async () => {
    const mine = ++attempt.current;
    setState("loading");
    try {
      const [{ Engine }, xml] = await Promise.all([
        import("./engine"),
        client.get(`/v1/simulations/${simulationId}/model.xml`).then((answer) => answer.text()),
      ]);
      const started = await Engine.start(xml);
      if (attempt.current !== mine) {
        started.stop();
        return;
      }
      engine.current = started;
      player.setLive(started);
      player.setControls({
        play: () => started.setRunning(true),
        pause: () => started.setRunning(false),
      });
      started.setRunning(true);
      setState("on");
    } catch {
      if (attempt.current === mine) setState("failed");
    }
  }, [client, player, simulationId]);

  // Another simulation's motion takes the place of what is in hand; so does leaving the viewer.
  const held = useRef(simulationId);
  useEffect(() => {
    if (held.current !== simulationId) stop();
    held.current = simulationId;
  }, [stop, simulationId]);
  useEffect(() => stop, [stop]);

  useEffect(() => {
    const live = engine.current;
    if (state !== "on" || !live) return;
    return holdBodies(player, live, (name) => announce(text.viewer.touch.holding(name)));
  }, [player, state]);

  const reset = useCallback(() => {
    engine.current?.reset();
    return engine.current !== null;
  }, []);
  const push = useCallback(
    (x: number, z: number) => {
      engine.current?.push(player.body, x, z);
      return engine.current !== null;
    },
    [player],
  );
  const compare = useCallback(() => {
    const { recording } = player;
    if (!engine.current || !recording?.complete) return;
    setDifference("running");
    engine.current.compare(recording).then(setDifference, () => setDifference(null));
  }, [player]);
  const toggle = useCallback(() => {
    if (engine.current) stop();
    else void start();
  }, [start, stop]);
  return { state, difference, start, stop, toggle, reset, push, compare };
}
