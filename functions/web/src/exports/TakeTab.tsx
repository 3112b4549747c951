/** Taking it away: files, and a link to share. */

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Client } from "../service/client";
import { text } from "../text";
import type { Player } from "../viewer/player";
import { makePage } from "./page";
import { takePicture } from "./picture";
import { fileName, save } from "./save";
import { recordVideo, videoKind } from "./video";

const words = text.viewer.take;

interface Props {
  player: Player;
  client: Pick<Client, "get" | "post">;
  simulationId: string;
  readOnly: boolean;
}

const FILES = {
  model: { path: "model.xml", accept: "application/xml", ending: "xml" },
  csv: { path: "trajectory", accept: "text/csv", ending: "csv" },
  gif: { path: "preview.gif", accept: "image/gif", ending: "gif" },
} as const;

type Kind = keyof typeof FILES | "png" | "video" | "html";

export function TakeTab({ player, client, simulationId, readOnly }: Props) {
  const { complete } = useSyncExternalStore(player.subscribe, player.read);
  const [busy, setBusy] = useState<{ kind: Kind; part: number } | null>(null);
  const [failed, setFailed] = useState(false);
  const abort = useRef(new AbortController());
  useEffect(() => {
    abort.current = new AbortController();
    return () => abort.current.abort();
  }, []);
  const title = player.recording?.header.model ?? "";
  const video = videoKind();

  const make = async (kind: Kind): Promise<void> => {
    const { signal } = abort.current;
    if (kind === "png") {
      const labels = document.querySelectorAll<HTMLElement>(".stage-label");
      save(await takePicture(player.stage, labels), fileName(title, "png"));
    } else if (kind === "html") {
      save(await makePage(client, simulationId, title, signal), fileName(title, "html"));
    } else if (kind === "video") {
      if (!video) return;
      const onProgress = (part: number) => setBusy({ kind, part });
      const blob = await recordVideo(player, video, onProgress, signal);
      save(blob, fileName(title, video.includes("mp4") ? "mp4" : "webm"));
    } else {
      const { path, accept, ending } = FILES[kind];
      const address = `/v1/simulations/${simulationId}/${path}`;
      const response = await client.get(address, { accept }, signal);
      save(await response.blob(), fileName(title, ending));
    }
  };
  const take = (kind: Kind) => {
    setFailed(false);
    setBusy({ kind, part: 0 });
    make(kind)
      .catch(() => setFailed(!abort.current.signal.aborted))
      .finally(() => setBusy(null));
  };

  const kinds: Kind[] = [
    "model",
    "csv",
    "png",
    "gif",
    ...(video ? ["video" as const] : []),
    "html",
  ];
  return (
    <div className="viewer-take">
      <ul>
        {kinds.map((kind) => (
          <li key={kind}>
            <button
              type="button"
              disabled={busy !== null || (!complete && kind !== "png")}
              onClick={() => take(kind)}
            >
              {words[kind]}
            </button>
            <span className="viewer-hint">
              {busy?.kind === kind
                ? words.working(`${Math.round(100 * busy.part)} %`)
                : words.hints[kind]}
            </span>
          </li>
        ))}
        {!readOnly && <Share {...{ client, simulationId }} disabled={!complete} />}
      </ul>
      {failed && <p role="alert">{words.failed}</p>}
    </div>
  );
}

/** A link that anyone may open and nobody may edit. */
function Share({
  client,
  simulationId,
  disabled,
}: {
  client: Pick<Client, "post">;
  simulationId: string;
  disabled: boolean;
}) {
  const [link, setLink] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const [failed, setFailed] = useState(false);
  const share = async () => {
    setFailed(false);
    try {
      const path = `/v1/simulations/${simulationId}/share`;
      const { links } = await client.post<{ links: { page: string } }>(path, "{}");
      setLink(new URL(links.page, location.href).href);
    } catch {
      setFailed(true);
    }
  };
  const copy = async () => {
    if (!link) return;
    await navigator.clipboard?.writeText(link);
    setCopied(true);
  };
  return (
    <li>
      {link === null ? (
        <button type="button" disabled={disabled} onClick={share}>
          {words.share}
        </button>
      ) : (
        <button type="button" onClick={copy}>
          {copied ? words.copied : words.copy}
        </button>
      )}
      {link !== null && (
        <input
          readOnly
          aria-label={words.link}
          data-testid="share-link"
          value={link}
          onFocus={(event) => event.target.select()}
        />
      )}
      <span className="viewer-hint">
        {failed ? words.failed : link === null ? words.hints.share : words.sharing}
      </span>
    </li>
  );
}
