/** From what a person says of a mark or a label to what the service is told. */

import type { Analysis, Corrections, Label, MarkKind, Shape } from "../service/model";

export function markIs(shape: Shape, kind: MarkKind): Corrections {
  return { shapes: { [shape.id]: { kind } } };
}

/** Only what was changed is said: the rest is read anew. */
export function labelIs(
  label: Label,
  { text, attached }: { text: string; attached: string | null },
): Corrections | null {
  const change: { text?: string; attached_to?: string | null } = {};
  if (text !== label.text) change.text = text;
  if (attached !== label.attached_to) change.attached_to = attached;
  return Object.keys(change).length ? { texts: { [label.id]: change } } : null;
}

export function drop(what: "shapes" | "texts", id: string): Corrections {
  return { [what]: { [id]: null } };
}

/** Names of marks that tell them apart: "ball", or "box 1" and "box 2", from left to right. */
export function namesOf(
  { shapes }: Pick<Analysis, "shapes">,
  kinds: Record<MarkKind, string>,
): Map<string, string> {
  const names = new Map<string, string>();
  const byKind = groupedByKind(shapes);
  for (const [kind, alike] of byKind) {
    const ordered = alike.toSorted((a, b) => a.center[0] - b.center[0]);
    ordered.forEach((shape, i) => {
      names.set(shape.id, alike.length > 1 ? `${kinds[kind]} ${i + 1}` : kinds[kind]);
    });
  }
  return names;
}

function groupedByKind(shapes: readonly Shape[]): Map<MarkKind, Shape[]> {
  const groups = new Map<MarkKind, Shape[]>();
  for (const shape of shapes) {
    const group = groups.get(shape.kind) ?? [];
    group.push(shape);
    groups.set(shape.kind, group);
  }
  return groups;
}
