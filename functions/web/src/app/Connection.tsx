/** Says that the socket was lost, and that it is back. */

import { Check, WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { text } from "../text";
import { useServices, useSocketState } from "./services";

const BACK_SHOWN_MS = 4_000;

export function Connection() {
  const { socket } = useServices();
  const state = useSocketState(socket);
  const [back, setBack] = useState(false);
  const lost = state === "lost";

  useEffect(() => {
    if (state !== "open" || socket.openings < 2) return;
    setBack(true);
    const timer = setTimeout(() => setBack(false), BACK_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state, socket]);

  return (
    <div className="connection" role="status" aria-live="polite">
      {lost && (
        <p className="notice">
          <WifiOff aria-hidden="true" /> {text.socket.lost}
        </p>
      )}
      {!lost && back && (
        <p className="notice">
          <Check aria-hidden="true" /> {text.socket.back}
        </p>
      )}
    </div>
  );
}
