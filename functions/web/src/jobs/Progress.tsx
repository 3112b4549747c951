/** How far a job is, stage by stage. */

import { Check } from "lucide-react";
import { useEffect } from "react";
import { announce } from "../app/announce";
import { type Job, STAGES } from "../service/model";
import { text } from "../text";

export function Progress({ job, onCancel }: { job: Job | null; onCancel: () => void }) {
  const stage = job?.stage ?? null;
  const at = stage ? STAGES.indexOf(stage) : -1;
  const words = stage ? text.job.stages[stage] : text.job.waiting;
  useEffect(() => announce(words), [words]);
  return (
    <section className="progress" aria-label={text.job.label}>
      <progress max={1} value={job?.progress ?? 0} aria-label={words} />
      <ol>
        {STAGES.map((one, i) => (
          <li
            key={one}
            data-state={i < at ? "done" : i === at ? "now" : "ahead"}
            aria-current={i === at ? "step" : undefined}
          >
            <span className="dot">{i < at && <Check aria-hidden="true" />}</span>
            {text.job.stages[one]}
          </li>
        ))}
      </ol>
      <button type="button" className="button quiet" onClick={onCancel} disabled={!job}>
        {text.job.cancel}
      </button>
    </section>
  );
}
