import { useEffect, useState } from "react";
import { problemOf } from "../app/problem";
import { useServices } from "../app/services";
import type { Job, Problem } from "../service/model";
import { followJob } from "./follow";

/** A job as it goes on, and what went wrong with following it; null where none is followed. */
export function useJob(jobId: string | null): { job: Job | null; problem: Problem | null } {
  const services = useServices();
  const [state, setState] = useState<{ id: string | null; job: Job | null; lost: Problem | null }>({
    id: null,
    job: null,
    lost: null,
  });
  useEffect(() => {
    if (!jobId) return;
    const stopping = new AbortController();
    const show = (job: Job | null, lost: Problem | null) => setState({ id: jobId, job, lost });
    followJob(jobId, services, (job) => show(job, null), stopping.signal).catch((error) => {
      if (!stopping.signal.aborted) show(null, problemOf(error));
    });
    return () => stopping.abort();
  }, [jobId, services]);
  // What is known of another job says nothing of this one.
  if (state.id !== jobId) return { job: null, problem: null };
  return { job: state.job, problem: state.lost ?? state.job?.error ?? null };
}
