/** The drawing board: tools, paper, what is seen in it, and play. */

import { Play } from "lucide-react";
import { type KeyboardEvent, useCallback, useState, useSyncExternalStore } from "react";
import { announce } from "../app/announce";
import { text } from "../text";
import { Drawing } from "./drawing";
import type { Ink } from "./elements";
import type { Tool } from "./hand";
import { picture } from "./picture";
import { Surface } from "./Surface";
import { Toolbar, type WidthName } from "./Toolbar";
import { useGlance } from "./useGlance";

/** CSS pixels. */
const WIDTHS: Record<WidthName, number> = { fine: 2, medium: 3.2, broad: 5.5 };

const KEYS: Record<string, Tool> = {
  p: "pen",
  e: "eraser",
  l: "line",
  b: "box",
  c: "circle",
  a: "arrow",
  s: "spring",
  g: "ground",
  t: "lettering",
};

/** One drawing a visit: it is still there when one comes back from its simulation. */
const drawing = new Drawing(window.localStorage);

interface Props {
  onPlay: (image: Promise<Blob>) => void;
  busy: boolean;
}

export function Board({ onPlay, busy }: Props) {
  const [tool, setTool] = useState<Tool>("pen");
  const [ink, setInk] = useState<Ink>("ink");
  const [width, setWidth] = useState<WidthName>("medium");
  const [squared, setSquared] = useState(true);
  const elements = useSyncExternalStore(drawing.watch, () => drawing.elements);
  const { seen, onInk } = useGlance(drawing);

  const choose = useCallback((next: Tool) => {
    setTool(next);
    announce(text.board.said.tool(text.board.tools[next]));
  }, []);
  const play = () => {
    if (drawing.elements.length && !busy) onPlay(picture(drawing.elements));
  };
  const undo = () => drawing.undo() && announce(text.board.said.undone);
  const redo = () => drawing.redo() && announce(text.board.said.redone);
  const clear = () => {
    drawing.clear();
    announce(text.board.said.cleared);
  };

  const onKey = (event: KeyboardEvent) => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z") (event.shiftKey ? redo : undo)();
      else if (key === "y") redo();
      else if (key === "enter") play();
      else return;
    } else if (KEYS[key] && !event.altKey) {
      choose(KEYS[key]);
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    <section className="board" aria-label={text.board.label}>
      <Toolbar
        {...{ tool, ink, width, squared, undo, redo, clear }}
        canUndo={drawing.canUndo}
        canRedo={drawing.canRedo}
        canClear={elements.length > 0}
        onTool={choose}
        onInk={setInk}
        onWidth={setWidth}
        onSquared={setSquared}
      />
      <Surface
        drawing={drawing}
        tool={tool}
        style={{ ink, width: WIDTHS[width] }}
        squared={squared}
        seen={elements.length ? seen : null}
        onInk={onInk}
        onKey={onKey}
      />
      <div className="board-foot">
        <p className="sees" role="status" aria-live="polite">
          {elements.length > 0 && seen && listed(seen.analysis.shapes)}
        </p>
        <button
          type="button"
          className="play"
          disabled={busy || elements.length === 0}
          onClick={play}
        >
          <Play aria-hidden="true" /> {text.board.play}
        </button>
      </div>
    </section>
  );
}

/** "Sees: ball, rod, 2 × box". */
function listed(shapes: readonly { kind: keyof typeof text.kinds }[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of shapes) {
    const name = text.kinds[kind];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (!counts.size) return text.board.seesNothing;
  const names = [...counts].map(([name, count]) => (count > 1 ? `${count} × ${name}` : name));
  return text.board.sees(names.join(", "));
}
