/** The live view of one simulation. React arranges it; what moves is moved by `Player` and `Stage`. */

import { useEffect, useState } from "react";
import { text } from "../text";
import type { ViewerProps } from "./index";
import { Player } from "./player";
import { Stage } from "./stage";
import { followTheme } from "./theme";
import { ViewerParts } from "./ViewerParts";
import "./viewer.css";

const words = text.viewer;

/** What the view bar covers of the stage, CSS pixels: its buttons and the gap above them. */
const VIEW_BAR_PX = 54;

export default function Viewer(props: ViewerProps) {
  const [section, setSection] = useState<HTMLElement | null>(null);
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const [layer, setLayer] = useState<HTMLDivElement | null>(null);
  const [player, setPlayer] = useState<Player | "none" | null>(null);
  useEffect(() => {
    if (!canvas || !layer) return;
    const made = startPlayer(canvas, layer);
    setPlayer(made?.player ?? "none");
    return () => {
      setPlayer(null);
      made?.stop();
    };
  }, [canvas, layer]);
  return (
    <section ref={setSection} className="viewer" aria-label={words.label}>
      <div className="viewer-stage">
        <canvas ref={setCanvas} aria-label={words.canvas} role="img" />
        <div ref={setLayer} className="viewer-labels" aria-hidden="true" />
      </div>
      {player === "none" && (
        <p className="viewer-notice" role="alert">
          {words.noWebGl}
        </p>
      )}
      {player instanceof Player && section && (
        <ViewerParts {...props} player={player} section={section} />
      )}
    </section>
  );
}

/** A player on a canvas, of the canvas's size and the page's colours; null without WebGL. */
function startPlayer(canvas: HTMLCanvasElement, layer: HTMLElement) {
  let stage: Stage;
  try {
    stage = new Stage(canvas, layer, VIEW_BAR_PX);
  } catch {
    return null;
  }
  const host = canvas.parentElement ?? canvas;
  const stopTheme = followTheme(host, stage);
  const watch = new ResizeObserver(() => {
    const { width, height } = host.getBoundingClientRect();
    stage.resize(width, height, devicePixelRatio);
  });
  watch.observe(host);
  const player = new Player(stage);
  player.start();
  const stop = () => {
    player.stop();
    watch.disconnect();
    stopTheme();
    stage.dispose();
  };
  return { player, stop };
}
