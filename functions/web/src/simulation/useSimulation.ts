/** A simulation, the reading it came of, and the job that makes it. */

import { useCallback, useEffect, useState } from "react";
import { problemOf } from "../app/problem";
import { useServices } from "../app/services";
import { useJob } from "../jobs/useJob";
import {
  type Analysis,
  isFinished,
  type Job,
  type Problem,
  type Simulation,
} from "../service/model";

const LOOK_EVERY_MS = 1_000;
/** From this stage on there is a reading to show and motion to play. */
const PLAYABLE = new Set(["simulate", "publish"]);

export interface Followed {
  simulation: Simulation | null;
  analysis: Analysis | null;
  /** The job, while it runs. */
  job: Job | null;
  running: boolean;
  /** Motion is there, or comes as it is computed. */
  playable: boolean;
  problem: Problem | null;
}

export function useSimulation(id: string, jobId: string | null): Followed {
  const { client } = useServices();
  const { job, problem: jobProblem } = useJob(jobId);
  const [simulation, setSimulation] = useState<Simulation | null>(null);
  const [analysis, setAnalysis] = useState<Analysis | null>(null);
  const [lost, setLost] = useState<Problem | null>(null);

  const current = simulation?.simulation_id === id ? simulation : null;
  const status = job?.status ?? current?.status;
  const ended = job ? isFinished(job) : status !== "queued" && status !== "running";
  const playable =
    status === "succeeded" || (job?.status === "running" && PLAYABLE.has(job.stage ?? ""));

  const fetchSimulation = useCallback(
    () =>
      client.simulation(id).then(
        (found) => {
          setSimulation(found);
          setLost(null);
        },
        (error) => setLost(problemOf(error)),
      ),
    [client, id],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: once more when the job has ended
  useEffect(() => {
    void fetchSimulation();
  }, [fetchSimulation, ended]);

  // Came by its address while it still runs: no job to follow is known.
  useEffect(() => {
    if (jobId || ended || !current) return;
    const timer = setInterval(() => void fetchSimulation(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [jobId, ended, current, fetchSimulation]);

  const sketchId = current?.sketch_id ?? null;
  useEffect(() => {
    if (!sketchId || !(playable || ended)) return;
    client.analysis(sketchId).then(setAnalysis, () => {
      // What could not be read has no reading: the job says why.
    });
  }, [client, sketchId, playable, ended]);

  return {
    simulation: current,
    // While a correction runs, the reading of before still shows.
    analysis: analysis && (!current || analysis.sketch_id === current.sketch_id) ? analysis : null,
    job,
    running: jobId ? !job || !isFinished(job) : !ended,
    playable,
    problem: jobProblem ?? lost,
  };
}
