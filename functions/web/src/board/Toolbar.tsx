/** The board's tools, in one row or column that arrow keys walk through. */

import {
  Circle,
  Eraser,
  Grid3x3,
  MoveUpRight,
  PenLine,
  Redo2,
  Slash,
  Square,
  Trash2,
  Type,
  Undo2,
} from "lucide-react";
import { Toolbar as Bar, Popover } from "radix-ui";
import type { ReactNode } from "react";
import { text } from "../text";
import { INKS, type Ink } from "./elements";
import { TOOLS, type Tool } from "./hand";

export const WIDTH_NAMES = ["fine", "medium", "broad"] as const;
export type WidthName = (typeof WIDTH_NAMES)[number];

const ICONS: Record<Tool, ReactNode> = {
  pen: <PenLine aria-hidden="true" />,
  line: <Slash aria-hidden="true" />,
  box: <Square aria-hidden="true" />,
  circle: <Circle aria-hidden="true" />,
  arrow: <MoveUpRight aria-hidden="true" />,
  spring: <Drawn d="M2 12h3l2-6 4 12 4-12 4 12 1.500-6H22" />,
  ground: <Drawn d="M2 8h20M6 8l-4 6M12 8l-4 6M18 8l-4 6M22 10l-3 4" />,
  lettering: <Type aria-hidden="true" />,
  eraser: <Eraser aria-hidden="true" />,
};

function Drawn({ d }: { d: string }) {
  return (
    <svg className="lucide" viewBox="0 0 24 24" aria-hidden="true">
      <path d={d} fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" />
    </svg>
  );
}

interface Props {
  tool: Tool;
  ink: Ink;
  width: WidthName;
  squared: boolean;
  canUndo: boolean;
  canRedo: boolean;
  canClear: boolean;
  undo: () => void;
  redo: () => void;
  clear: () => void;
  onTool: (tool: Tool) => void;
  onInk: (ink: Ink) => void;
  onWidth: (width: WidthName) => void;
  onSquared: (squared: boolean) => void;
}

export function Toolbar(props: Props) {
  const words = text.board;
  return (
    <Bar.Root className="toolbar" aria-label={words.tools.label}>
      <Bar.ToggleGroup
        type="single"
        className="tools"
        aria-label={words.tools.label}
        value={props.tool}
        onValueChange={(value) => value && props.onTool(value as Tool)}
      >
        {TOOLS.map((tool) => (
          <Bar.ToggleItem
            key={tool}
            value={tool}
            className="tool"
            aria-label={words.tools[tool]}
            title={words.tools[tool]}
          >
            {ICONS[tool]}
          </Bar.ToggleItem>
        ))}
      </Bar.ToggleGroup>
      <Bar.Separator className="separator" />
      <StylePopover {...props} />
      <Action name={words.undo} onClick={props.undo} disabled={!props.canUndo}>
        <Undo2 aria-hidden="true" />
      </Action>
      <Action name={words.redo} onClick={props.redo} disabled={!props.canRedo}>
        <Redo2 aria-hidden="true" />
      </Action>
      <Bar.ToggleGroup
        type="single"
        value={props.squared ? "squares" : ""}
        onValueChange={(value) => props.onSquared(value === "squares")}
      >
        <Bar.ToggleItem
          value="squares"
          className="tool"
          aria-label={words.squares}
          title={words.squares}
        >
          <Grid3x3 aria-hidden="true" />
        </Bar.ToggleItem>
      </Bar.ToggleGroup>
      <Action name={words.clear} onClick={props.clear} disabled={!props.canClear}>
        <Trash2 aria-hidden="true" />
      </Action>
    </Bar.Root>
  );
}

interface ActionProps {
  name: string;
  onClick: () => void;
  disabled: boolean;
  children: ReactNode;
}

function Action({ name, onClick, disabled, children }: ActionProps) {
  return (
    <Bar.Button className="tool" aria-label={name} title={name} {...{ onClick, disabled }}>
      {children}
    </Bar.Button>
  );
}

/** Colour and thickness. */
function StylePopover({ ink, width, onInk, onWidth }: Props) {
  const words = text.board;
  return (
    <Popover.Root>
      <Bar.Button asChild>
        <Popover.Trigger className="tool" aria-label={words.style} title={words.style}>
          <span className="swatch" data-ink={ink} data-width={width} />
        </Popover.Trigger>
      </Bar.Button>
      <Popover.Portal>
        <Popover.Content className="popover" side="right" sideOffset={8} collisionPadding={8}>
          <fieldset>
            <legend>{words.inks.label}</legend>
            {INKS.map((one) => (
              <label key={one} className="choice">
                <input type="radio" name="ink" checked={one === ink} onChange={() => onInk(one)} />
                <span className="swatch" data-ink={one} data-width="broad" />
                {words.inks[one]}
              </label>
            ))}
          </fieldset>
          <fieldset>
            <legend>{words.widths.label}</legend>
            {WIDTH_NAMES.map((one) => (
              <label key={one} className="choice">
                <input
                  type="radio"
                  name="width"
                  checked={one === width}
                  onChange={() => onWidth(one)}
                />
                <span className="swatch" data-ink={ink} data-width={one} />
                {words.widths[one]}
              </label>
            ))}
          </fieldset>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
