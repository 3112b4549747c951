/**
 * All keys of the viewer. The browser's own dialog: a library's locks the page's scrolling by a
 * style element, which the Content-Security-Policy forbids.
 */

import { X } from "lucide-react";
import { useEffect, useId, useRef } from "react";
import { text } from "../text";

const words = text.viewer.help;

export function HelpSheet({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange(open: boolean): void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className="viewer-sheet"
      aria-labelledby={title}
      onClose={() => onOpenChange(false)}
    >
      <h2 id={title}>{words.title}</h2>
      <dl>
        {words.keys.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button
        type="button"
        className="viewer-close"
        aria-label={words.close}
        onClick={() => dialog.current?.close()}
      >
        <X aria-hidden="true" />
      </button>
    </dialog>
  );
}
