import { ArrowRight } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { text } from "../text";

const LONGEST = 10_000;

export function Sentence({ onSend, busy }: { onSend: (sentence: string) => void; busy: boolean }) {
  const [sentence, setSentence] = useState("");
  const id = useId();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (sentence.trim()) onSend(sentence.trim());
  };
  return (
    <form className="sentence" onSubmit={send}>
      <label htmlFor={id}>{text.start.sentence}</label>
      <div className="field">
        <input
          id={id}
          value={sentence}
          maxLength={LONGEST}
          placeholder={text.start.sentencePlaceholder}
          onChange={(event) => setSentence(event.target.value)}
        />
        <button
          type="submit"
          className="icon-button strong"
          disabled={busy || !sentence.trim()}
          aria-label={text.start.sentenceGo}
          title={text.start.sentenceGo}
        >
          <ArrowRight aria-hidden="true" />
        </button>
      </div>
    </form>
  );
}
