/** How the scene is seen, and what is shown of it. */

import { Box, Expand, Eye, Keyboard, Scan, SquareSquare, UserRound } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { text } from "../text";
import { ARROW_COLOURS } from "./arrows";
import type { Show } from "./stage";

const words = text.viewer.view;

export interface ViewActions {
  front(): void;
  fit(): void;
  perspective(): void;
  follow(): void;
  full(): void;
  help(): void;
}

const SWITCHES = ["velocity", "force", "contact", "trails", "labels", "grid"] as const;

export function ViewBar({
  show,
  setShow,
  actions,
  inDepth,
  following,
  hasDrawing,
}: {
  show: Show;
  setShow(show: Show): void;
  actions: ViewActions;
  inDepth: boolean;
  following: boolean;
  hasDrawing: boolean;
}) {
  return (
    <div className="viewer-viewbar" role="toolbar" aria-label={words.label}>
      <button type="button" aria-label={words.front} title={words.front} onClick={actions.front}>
        <SquareSquare aria-hidden="true" />
      </button>
      <button type="button" aria-label={words.fit} title={words.fit} onClick={actions.fit}>
        <Scan aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label={words.perspective}
        title={words.perspective}
        aria-pressed={inDepth}
        onClick={actions.perspective}
      >
        <Box aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label={words.follow}
        title={words.follow}
        aria-pressed={following}
        onClick={actions.follow}
      >
        <UserRound aria-hidden="true" />
      </button>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button type="button" aria-label={words.show} title={words.show}>
            <Eye aria-hidden="true" />
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Content className="viewer-menu" align="end" sideOffset={6}>
          {SWITCHES.map((key) => (
            <DropdownMenu.CheckboxItem
              key={key}
              className="viewer-menu-item"
              checked={show[key]}
              onCheckedChange={(checked) => setShow({ ...show, [key]: checked })}
              onSelect={(event) => event.preventDefault()}
            >
              <Swatch kind={key} />
              {words[key]}
            </DropdownMenu.CheckboxItem>
          ))}
          {hasDrawing && (
            <>
              <DropdownMenu.Separator className="viewer-menu-line" />
              <DropdownMenu.Label className="viewer-menu-label">{words.drawing}</DropdownMenu.Label>
              <DropdownMenu.RadioGroup
                value={show.drawing}
                onValueChange={(drawing) =>
                  setShow({ ...show, drawing: drawing as Show["drawing"] })
                }
              >
                {(["off", "behind", "beside"] as const).map((place) => (
                  <DropdownMenu.RadioItem
                    key={place}
                    className="viewer-menu-item"
                    value={place}
                    onSelect={(event) => event.preventDefault()}
                  >
                    <span className="viewer-swatch" />
                    {
                      {
                        off: words.drawingOff,
                        behind: words.drawingBehind,
                        beside: words.drawingBeside,
                      }[place]
                    }
                  </DropdownMenu.RadioItem>
                ))}
              </DropdownMenu.RadioGroup>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Root>
      <button type="button" aria-label={words.full} title={words.full} onClick={actions.full}>
        <Expand aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label={text.viewer.help.label}
        title={text.viewer.help.label}
        onClick={actions.help}
      >
        <Keyboard aria-hidden="true" />
      </button>
    </div>
  );
}

function Swatch({ kind }: { kind: string }) {
  const color = ARROW_COLOURS[kind as keyof typeof ARROW_COLOURS];
  return <span className="viewer-swatch" style={color ? { background: color } : undefined} />;
}
