/** All keys of the viewer. */

import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { text } from "../text";

const words = text.viewer.help;

export function HelpSheet({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange(open: boolean): void;
}) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="viewer-veil" />
        <Dialog.Content className="viewer-sheet" aria-describedby={undefined}>
          <Dialog.Title>{words.title}</Dialog.Title>
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
          <Dialog.Close className="viewer-close" aria-label={words.close}>
            <X aria-hidden="true" />
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
