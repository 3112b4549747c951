/** Energy, position, speed and angle against time. */

import { useEffect, useRef, useState } from "react";
import { armAngle } from "../motion/track";
import type { Client } from "../service/client";
import { text } from "../text";
import { type Energy, fetchEnergy } from "./energy";
import type { Player } from "./player";
import { Plots, plotsOf } from "./plots";
import "uplot/dist/uPlot.min.css";

const words = text.viewer.plots;

export default function PlotsTab({
  player,
  client,
  simulationId,
}: {
  player: Player;
  client: Pick<Client, "get">;
  simulationId: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  const energy = useEnergy(player, client, simulationId);
  useEffect(() => {
    const { recording } = player;
    if (!host.current || !recording) return;
    const plots = new Plots(host.current, recording.duration, (time) => player.seek(time));
    let drawn = "";
    const refresh = () => {
      const known = player.trackOf(player.body);
      const key = `${player.body} ${known?.track.times.length ?? 0}`;
      const track = known?.track ?? null;
      if (key !== drawn) {
        const arm = track && armAngle(recording, player.body, track);
        plots.set(plotsOf(track, arm, energy, recording.dt));
      }
      drawn = key;
    };
    refresh();
    const stop = player.subscribe(refresh);
    const stopFrames = player.onFrame((time) => plots.setTime(time));
    return () => {
      stop();
      stopFrames();
      plots.dispose();
    };
  }, [player, energy]);
  return (
    <div className="viewer-plots">
      <div ref={host} />
      <p className="viewer-hint">{energy ? words.hint : words.none}</p>
    </div>
  );
}

/** Energies are there once the whole motion is. */
function useEnergy(player: Player, client: Pick<Client, "get">, simulationId: string) {
  const [energy, setEnergy] = useState<Energy | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    setEnergy(null);
    let asked = false;
    const ask = () => {
      if (asked || !player.recording?.complete) return;
      asked = true;
      void fetchEnergy(client, simulationId, abort.signal).then((found) => {
        if (!abort.signal.aborted) setEnergy(found);
      });
    };
    ask();
    const stop = player.subscribe(ask);
    return () => {
      stop();
      abort.abort();
    };
  }, [player, client, simulationId]);
  return energy;
}
