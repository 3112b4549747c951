/** Where one begins: the board, and other ways to start. */

import { Camera, ImageUp, LoaderCircle } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ProblemCard, problemOf } from "../app/problem";
import { useServices } from "../app/services";
import { Board } from "../board/Board";
import type { Template } from "../service/model";
import { text } from "../text";
import { imageIn } from "./images";
import { Sentence } from "./Sentence";
import { useSubmit } from "./useSubmit";

export function StartPage() {
  const { busy, problem, sendImage, sendSentence } = useSubmit();
  const dragging = useImagesFromOutside(sendImage);
  return (
    <div className="start">
      <h1 className="unseen">{text.motto}</h1>
      <Board onPlay={sendImage} busy={busy} />
      {problem && <ProblemCard problem={problem} />}
      <section className="ways" aria-label={text.start.or}>
        <Examples onChoose={sendImage} busy={busy} />
        <div className="other-ways">
          <Sentence onSend={sendSentence} busy={busy} />
          <ImageButtons onChoose={sendImage} busy={busy} />
        </div>
      </section>
      {dragging && <div className="drop">{text.start.drop}</div>}
      {busy && (
        <p className="notice floating" role="status">
          <LoaderCircle className="turning" aria-hidden="true" /> {text.start.sending}
        </p>
      )}
    </div>
  );
}

/** Images that are dropped anywhere on the page, or pasted. Answers whether one hovers. */
function useImagesFromOutside(take: (image: Blob) => void): boolean {
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
      event.preventDefault();
      setDragging(true);
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) setDragging(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setDragging(false);
      const file = imageIn(event.dataTransfer) ?? event.dataTransfer?.files[0];
      if (file) take(file);
    };
    const paste = (event: ClipboardEvent) => {
      const image = imageIn(event.clipboardData);
      if (image) take(image);
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
      window.removeEventListener("paste", paste);
    };
  }, [take]);
  return dragging;
}

function ImageButtons({ onChoose, busy }: { onChoose: (image: Blob) => void; busy: boolean }) {
  return (
    <div className="image-ways">
      <FileButton
        icon={<ImageUp aria-hidden="true" />}
        name={text.start.choose}
        {...{ onChoose, busy }}
      />
      <FileButton
        icon={<Camera aria-hidden="true" />}
        name={text.start.photo}
        camera
        {...{ onChoose, busy }}
      />
      <span className="faint paste-hint">{text.start.paste}</span>
    </div>
  );
}

interface FileButtonProps {
  icon: React.ReactNode;
  name: string;
  camera?: boolean;
  busy: boolean;
  onChoose: (image: Blob) => void;
}

function FileButton({ icon, name, camera, busy, onChoose }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className={camera ? "button only-touch" : "button"}
        disabled={busy}
        onClick={() => input.current?.click()}
      >
        {icon} {name}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        {...(camera && { capture: "environment" as const })}
        hidden
        aria-label={name}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file) onChoose(file);
          target.value = "";
        }}
      />
    </>
  );
}

function Examples({ onChoose, busy }: { onChoose: (image: Promise<Blob>) => void; busy: boolean }) {
  const { client } = useServices();
  const [templates, setTemplates] = useState<Template[]>([]);
  const [problem, setProblem] = useState<ReturnType<typeof problemOf> | null>(null);
  useEffect(() => {
    client.templates().then(
      (page) => setTemplates(page.items),
      (error) => setProblem(problemOf(error)),
    );
  }, [client]);

  if (problem) return <ProblemCard problem={problem} />;
  return (
    <section className="examples" aria-label={text.start.examples}>
      <h2>{text.start.examples}</h2>
      <ul>
        {templates.map((template) => (
          <li key={template.name}>
            <button
              type="button"
              className="example"
              disabled={busy}
              title={template.description}
              onClick={() => onChoose(client.image(template.links.image ?? ""))}
            >
              <img src={template.links.image} alt="" />
              <span>{template.title}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
