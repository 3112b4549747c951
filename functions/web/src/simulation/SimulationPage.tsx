/** One simulation: the drawing with what was read, and how it moves. */

import { Suspense, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { announce } from "../app/announce";
import { Boundary } from "../app/Boundary";
import { ProblemCard, problemOf } from "../app/problem";
import { useServices } from "../app/services";
import { Progress } from "../jobs/Progress";
import { Reading } from "../reading/Reading";
import type { Corrections, Problem } from "../service/model";
import { sentImage } from "../start/sent";
import { text } from "../text";
import { Viewer } from "../viewer";
import { useSimulation } from "./useSimulation";

export function SimulationPage({ id }: { id: string }) {
  const { client, socket } = useServices();
  const [, navigate] = useLocation();
  const jobId = useHistoryState<{ job?: string } | null>()?.job ?? null;
  const followed = useSimulation(id, jobId);
  const { simulation, analysis, job, running, playable, problem } = followed;
  const [refused, setRefused] = useState<Problem | null>(null);
  // What moves on screen stays until what replaces it can move.
  const [shownId, setShownId] = useState<string | null>(null);
  useEffect(() => {
    if (playable) setShownId(id);
  }, [playable, id]);
  useEffect(() => {
    if (playable && !running) announce(text.job.done);
  }, [playable, running]);

  const correct = async (corrections: Corrections) => {
    if (!analysis) return;
    setRefused(null);
    try {
      const started = await client.correct(analysis.sketch_id, corrections);
      announce(text.reading.again);
      const state = { job: started.job_id };
      navigate(`/sim/${started.simulation_id}`, { replace: true, state });
    } catch (error) {
      setRefused(problemOf(error));
    }
  };
  const cancel = () => {
    if (job) client.cancel(job.job_id).catch((error) => setRefused(problemOf(error)));
  };

  const drawingUrl = analysis?.links?.image ?? sentImage(id);
  const shown = refused ?? problem;
  const progress = running && !shown && <Progress job={job} onCancel={cancel} />;
  return (
    <div className="simulation" data-reading={Boolean(analysis || drawingUrl)}>
      <h1 className="unseen">{simulation?.title || text.mine.untitled}</h1>
      <div className="side">
        {shown && (
          <ProblemCard problem={shown}>
            <Link href="/" className="button strong">
              {text.job.toBoard}
            </Link>
          </ProblemCard>
        )}
        {!shown && job?.status === "cancelled" && (
          <p className="notice">
            {text.job.cancelled} <Link href="/">{text.job.toBoard}</Link>
          </p>
        )}
        {shownId && progress}
        {analysis ? (
          <Reading {...{ analysis, drawingUrl }} onCorrect={correct} />
        ) : (
          drawingUrl && <Sent url={drawingUrl} problem={shown} />
        )}
      </div>
      <div className="stage" data-busy={running}>
        {!shownId && progress}
        {shownId && (
          <Boundary of={shownId}>
            <Suspense fallback={<p className="faint">{text.simulation.loading}</p>}>
              <Viewer
                simulationId={shownId}
                {...{ client, socket, drawingUrl }}
                analysis={analysis ?? undefined}
                onParameterChange={(textId, words) =>
                  correct({ texts: { [textId]: { text: words } } })
                }
              />
            </Suspense>
          </Boundary>
        )}
      </div>
    </div>
  );
}

/** The image as it was sent, with the place of what went wrong in it. */
function Sent({ url, problem }: { url: string; problem: Problem | null }) {
  const [size, setSize] = useState<[number, number] | null>(null);
  const box = problem?.bbox;
  return (
    <figure className="sheet">
      <img
        src={url}
        alt={text.reading.imageAlt}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          setSize([naturalWidth, naturalHeight])
        }
      />
      {box && size && (
        <svg viewBox={`0 0 ${size[0]} ${size[1]}`} className="reading-overlay" aria-hidden="true">
          <g className="warning-spot" data-pointed="true">
            <rect className="label-frame" x={box[0]} y={box[1]} width={box[2]} height={box[3]} />
          </g>
        </svg>
      )}
    </figure>
  );
}
