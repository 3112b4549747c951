/** Saying things to those who listen instead of look: one polite live region for the page. */

import { useEffect, useState } from "react";

type Listener = (words: string) => void;
const listeners = new Set<Listener>();

/** Have a screen reader say it, after what it is saying. */
export function announce(words: string): void {
  for (const listener of listeners) listener(words);
}

export function Announcer() {
  const [said, setSaid] = useState({ words: "", turn: 0 });
  useEffect(() => {
    const listener: Listener = (words) => setSaid(({ turn }) => ({ words, turn: turn + 1 }));
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return (
    <div className="unseen" role="status" aria-live="polite">
      {/* A new element is read again even if the words are the same. */}
      <span key={said.turn}>{said.words}</span>
    </div>
  );
}
