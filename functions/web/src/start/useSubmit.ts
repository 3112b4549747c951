/** Sending a drawing or a sentence in, and going to where its simulation is shown. */

import { useCallback, useState } from "react";
import { useLocation } from "wouter";
import { problemOf } from "../app/problem";
import { useServices } from "../app/services";
import type { Problem, Started } from "../service/model";
import { text } from "../text";
import { acceptable, NotAnImage } from "./images";
import { keepSent } from "./sent";

export interface Submitting {
  busy: boolean;
  problem: Problem | null;
  sendImage(image: Blob | Promise<Blob>): void;
  sendSentence(sentence: string): void;
}

export function useSubmit(): Submitting {
  const { client } = useServices();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const submit = useCallback(
    async (start: () => Promise<Started>) => {
      setBusy(true);
      setProblem(null);
      try {
        const started = await start();
        navigate(`/sim/${started.simulation_id}`, { state: { job: started.job_id } });
      } catch (error) {
        setProblem(
          error instanceof NotAnImage
            ? { ...problemOf(error), detail: text.problem.notImage }
            : problemOf(error),
        );
      } finally {
        setBusy(false);
      }
    },
    [navigate],
  );

  const sendImage = useCallback(
    (image: Blob | Promise<Blob>) =>
      void submit(async () => {
        const accepted = await acceptable(await image);
        const started = await client.sendSketch(accepted);
        keepSent(started.simulation_id, accepted);
        return started;
      }),
    [client, submit],
  );
  const sendSentence = useCallback(
    (sentence: string) => void submit(() => client.sendPrompt(sentence)),
    [client, submit],
  );
  return { busy, problem, sendImage, sendSentence };
}
