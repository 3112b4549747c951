/** How long a square of the grid is. */

import { useEffect, useState } from "react";
import { text } from "../text";
import { lengthText } from "./grid";
import type { Player } from "./player";

export function ScaleNote({ player }: { player: Player }) {
  const [square, setSquare] = useState(0);
  useEffect(() => {
    const read = () => setSquare(player.stage.gridStep);
    read();
    return player.subscribe(read);
  }, [player]);
  if (!square) return null;
  return <span className="viewer-scale">{text.viewer.view.square(lengthText(square))}</span>;
}
