/** Holding a body with the pointer: what is under it is pulled along, and thrown when let go. */

import { Matrix4, type Vector3 } from "three";
import type { Player } from "../viewer/player";
import { nameText } from "../viewer/units";
import type { Engine } from "./engine";

/** Listen on the stage's canvas; answers with how to stop. */
export function holdBodies(
  player: Player,
  engine: Engine,
  onHold: (name: string) => void,
): () => void {
  const { stage } = player;
  const { canvas } = stage;
  let held: { pointer: number; body: number; local: Vector3; depth: number } | null = null;

  const placeOf = (event: PointerEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top] as const;
  };
  const showGrip = (target: Vector3) => {
    if (held) stage.setGrip({ body: held.body, local: held.local, target });
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || held) return;
    const hit = stage.pick(...placeOf(event));
    const matrix = hit && stage.matrixOf(hit.body);
    if (!hit || !matrix) return;
    // The view stays where it is while a body is held.
    event.stopImmediatePropagation();
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    const local = hit.point.clone().applyMatrix4(new Matrix4().copy(matrix).invert());
    // Planar models are held in their plane, where what is pulled can follow.
    if (stage.isPlanar) local.y = 0;
    held = {
      pointer: event.pointerId,
      body: hit.body,
      local,
      depth: stage.isPlanar ? 0 : hit.point.y,
    };
    const target = stage.planePoint(...placeOf(event), held.depth) ?? hit.point;
    engine.grab(hit.body, local.toArray(), target.toArray());
    player.select(hit.body);
    player.play();
    canvas.dataset.holding = "true";
    showGrip(target);
    onHold(nameText(stage.header?.bodies[hit.body]?.name ?? ""));
  };
  const move = (event: PointerEvent) => {
    if (event.pointerId !== held?.pointer) {
      canvas.dataset.over = String(!held && stage.pick(...placeOf(event)) !== null);
      return;
    }
    const target = stage.planePoint(...placeOf(event), held.depth);
    if (!target) return;
    engine.pull(target.toArray());
    showGrip(target);
  };
  const up = (event: PointerEvent) => {
    if (event.pointerId !== held?.pointer) return;
    held = null;
    delete canvas.dataset.holding;
    engine.release();
    stage.setGrip(null);
  };
  // Before the camera's own listeners.
  const capture = { capture: true };
  canvas.addEventListener("pointerdown", down, capture);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  return () => {
    canvas.removeEventListener("pointerdown", down, capture);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", up);
    delete canvas.dataset.over;
    stage.setGrip(null);
  };
}
