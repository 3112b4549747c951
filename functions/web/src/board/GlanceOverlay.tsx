/** What is read while one draws: a soft outline and a name on each mark. */

import { NameTag, outlinePath, roleOf, tagPlaces } from "../reading/marks";
import type { Analysis } from "../service/model";
import { text } from "../text";
import type { Size } from "./drawing";

export function GlanceOverlay({ analysis, size }: { analysis: Analysis; size: Size }) {
  const tag = (13 * analysis.width) / size.width;
  const tags = tagPlaces(analysis, ({ kind }) => text.kinds[kind], tag);
  return (
    <svg
      className="glance"
      viewBox={`0 0 ${analysis.width} ${analysis.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
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
