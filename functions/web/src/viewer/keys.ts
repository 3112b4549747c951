/** The keyboard of the viewer: everything that a pointer can do. */

import type { Player } from "./player";
import type { Show, Stage } from "./stage";

export interface KeyTargets {
  readonly player: Player;
  readonly stage: Stage;
  show(): Show;
  setShow(show: Show): void;
  perspective(): void;
  follow(): void;
  help(): void;
  /** To the body before or after. */
  nextBody(direction: 1 | -1): void;
  /** Take it in hand, or go back to the recording. */
  touch(): void;
  /** In hand: from the start again; false if it is not in hand. */
  reset(): boolean;
  /** In hand: push the chosen body; false if it is not in hand. */
  push(x: number, z: number): boolean;
}

const TURN = Math.PI / 24;
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const PLACES = ["off", "behind", "beside"] as const;

/** Elements that have keys of their own. */
const OWN_KEYS =
  "input, textarea, select, [contenteditable], [role=slider], [role=menu], [role=dialog], [role=tab]";

/** Listen on the page while the viewer is there; answers with how to stop. */
export function listenToKeys(targets: KeyTargets): () => void {
  const down = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey) return;
    const at = event.target instanceof Element ? event.target : null;
    if (at?.closest(OWN_KEYS)) return;
    // A button in focus is pressed by the space bar, as everywhere.
    if (event.key === " " && at?.closest("button, a")) return;
    if (handle(event, targets)) event.preventDefault();
  };
  const up = (event: KeyboardEvent) => {
    if (event.key in ARROWS) targets.push(0, 0);
  };
  document.addEventListener("keydown", down);
  document.addEventListener("keyup", up);
  return () => {
    document.removeEventListener("keydown", down);
    document.removeEventListener("keyup", up);
  };
}

function handle(event: KeyboardEvent, targets: KeyTargets): boolean {
  const arrow = ARROWS[event.key];
  if (arrow) return handleArrow(event, arrow, targets);
  if (event.altKey) return false;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return false;
  return action(targets) !== false;
}

function handleArrow(
  event: KeyboardEvent,
  [x, z]: readonly [number, number],
  { player, stage, push }: KeyTargets,
): boolean {
  if (event.altKey) stage.camera.orbit(-x * TURN, z * TURN);
  else if (push(x, z)) return true;
  else if (x !== 0) player.step(x * (event.shiftKey ? 10 : 1));
  else return false;
  return true;
}

/** What a key does; false if it does nothing here. */
type Action = (targets: KeyTargets) => unknown;

function switching(key: "velocity" | "force" | "contact" | "trails" | "labels" | "grid"): Action {
  return ({ show, setShow }) => setShow({ ...show(), [key]: !show()[key] });
}

const KEYS: Record<string, Action> = {
  " ": ({ player }) => player.toggle(),
  k: ({ player }) => player.toggle(),
  Home: ({ player }) => player.seek(0),
  End: ({ player }) => player.seek(player.clock.duration),
  "[": ({ player }) => player.nudgeSpeed(-1),
  "]": ({ player }) => player.nudgeSpeed(1),
  l: ({ player }) => player.setLoop(!player.clock.loop),
  f: ({ stage }) => stage.camera.front(),
  "0": ({ stage }) => stage.camera.fit(),
  p: ({ perspective }) => perspective(),
  o: ({ follow }) => follow(),
  "+": ({ stage }) => stage.camera.zoom(1.2),
  "=": ({ stage }) => stage.camera.zoom(1.2),
  "-": ({ stage }) => stage.camera.zoom(1 / 1.2),
  v: switching("velocity"),
  b: switching("force"),
  c: switching("contact"),
  t: switching("trails"),
  n: switching("labels"),
  g: switching("grid"),
  d: ({ show, setShow }) => {
    const next = PLACES[(PLACES.indexOf(show().drawing) + 1) % PLACES.length];
    setShow({ ...show(), drawing: next ?? "off" });
  },
  ",": ({ nextBody }) => nextBody(-1),
  ".": ({ nextBody }) => nextBody(1),
  e: ({ touch }) => touch(),
  r: ({ reset }) => reset(),
  "?": ({ help }) => help(),
};
