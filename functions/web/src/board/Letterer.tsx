/** A line to type a label on, where it will be written. */

import { type FormEvent, useRef, useState } from "react";
import { text } from "../text";

/** CSS pixels: the least room a label is typed in. */
const LEAST_ROOM = 170;

interface Props {
  left: number;
  top: number;
  /** How wide the paper is. */
  room: number;
  onWrite: (words: string) => void;
}

export function Letterer({ left, top, room, onWrite }: Props) {
  const [words, setWords] = useState("");
  const finished = useRef(false);
  // Taken away, it loses the focus: that is no second finish.
  const finish = (written: string) => {
    if (finished.current) return;
    finished.current = true;
    onWrite(written);
  };
  return (
    <form
      className="letterer"
      style={{ left: Math.max(0, Math.min(left, room - LEAST_ROOM)), top }}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        finish(words.trim());
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: it appears because one wants to type here
        autoFocus
        value={words}
        aria-label={text.board.lettering.label}
        placeholder={text.board.lettering.placeholder}
        maxLength={60}
        size={Math.max(8, words.length + 1)}
        onChange={(event) => setWords(event.target.value)}
        onBlur={() => finish(words.trim())}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape") finish("");
        }}
      />
    </form>
  );
}
