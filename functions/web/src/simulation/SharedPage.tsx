/** A simulation that someone shared: to look at, not to change. */

import { Suspense, useEffect, useState } from "react";
import { Link } from "wouter";
import { Boundary } from "../app/Boundary";
import { ProblemCard, problemOf } from "../app/problem";
import { useServices } from "../app/services";
import { Reading } from "../reading/Reading";
import type { Analysis, Problem } from "../service/model";
import { type Shared, SharedClient } from "../service/shared";
import { text } from "../text";
import { Viewer } from "../viewer";

export function SharedPage() {
  const { client, socket } = useServices();
  const [shared, setShared] = useState<Shared | null>(null);
  const [analysis, setAnalysis] = useState<Analysis | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (!(client instanceof SharedClient)) return;
    client
      .shared()
      .then((found) => {
        setShared(found);
        return client.sharedAnalysis(found);
      })
      .then(setAnalysis)
      .catch((error) => setProblem(problemOf(error)));
  }, [client]);

  if (problem && !shared) return <ProblemCard problem={problem} />;
  if (!shared) return <p className="faint">{text.simulation.loading}</p>;
  const drawingUrl = shared.links.image;
  return (
    <div className="simulation" data-reading={analysis !== null}>
      <div className="side">
        <h1>{shared.title || text.mine.untitled}</h1>
        <p className="faint">
          {text.simulation.shared} <Link href="/">{text.simulation.draw}</Link>
        </p>
        {analysis && <Reading {...{ analysis, drawingUrl }} />}
      </div>
      <div className="stage">
        <Boundary of={shared.simulation_id}>
          <Suspense fallback={<p className="faint">{text.simulation.loading}</p>}>
            <Viewer
              simulationId={shared.simulation_id}
              {...{ client, socket, drawingUrl }}
              analysis={analysis ?? undefined}
              readOnly
            />
          </Suspense>
        </Boundary>
      </div>
    </div>
  );
}
