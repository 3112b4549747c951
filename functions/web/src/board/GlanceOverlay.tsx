/** What is read while one draws: a soft outline and a name on each mark. */

import { NameTag, outlinePath, roleOf, tagPlaces } from "../reading/marks";
import { text } from "../text";
import type { Size } from "./drawing";
import type { Glance } from "./useGlance";

/** @param size - of the board, in its units. */
export function GlanceOverlay({ seen: { analysis, sheet }, size }: { seen: Glance; size: Size }) {
  // Pixels of the image that was read, for each unit of the board.
  const scale = analysis.width / (sheet.right - sheet.left);
  const board = [-sheet.left, -sheet.top, size.width, size.height].map((value) => value * scale);
  const tag = 13 * scale;
  const tags = tagPlaces(analysis, ({ kind }) => text.kinds[kind], tag);
  return (
    <svg className="glance" viewBox={board.join(" ")} preserveAspectRatio="none" aria-hidden="true">
      {analysis.shapes.map((shape) => (
        <g key={shape.id} data-role={roleOf(shape.kind)}>
          <path className="mark-outline" d={outlinePath(shape)} />
          <NameTag
            at={tags.get(shape.id) ?? shape.center}
            words={text.kinds[shape.kind]}
            size={tag}
          />
        </g>
      ))}
    </svg>
  );
}
