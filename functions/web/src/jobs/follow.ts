/** Following a job to its end: told by the socket, asked for by REST where the socket is silent. */

import type { Client } from "../service/client";
import { isFinished, type Job, STAGES } from "../service/model";
import type { Message, Socket } from "../service/socket";

/** A socket that has said nothing for so long is not relied on. */
const SILENT_AFTER_MS = 4_000;
const CHECK_EVERY_MS = 500;
const PAUSE_AFTER_FAILURE_MS = 1_500;

/** Is `next` later than `known`? By version; where one has none, by how far it is. */
export function isNewer(next: Job, known: Job | null): boolean {
  if (!known) return true;
  if (isFinished(known)) return false;
  if (next.version !== undefined && known.version !== undefined) {
    return next.version > known.version;
  }
  const [a, b] = [distance(next), distance(known)];
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference) return difference > 0;
  }
  return false;
}

function distance(job: Job): number[] {
  const status = job.status === "queued" ? 0 : job.status === "running" ? 1 : 2;
  return [status, job.stage ? STAGES.indexOf(job.stage) : -1, job.progress];
}

/**
 * Tell of every change of a job until it has ended; answers with its end.
 *
 * Throws ServiceError where the service says that there is no such job.
 */
export async function followJob(
  jobId: string,
  { client, socket }: { client: Client; socket: Socket },
  onChange: (job: Job) => void,
  signal: AbortSignal,
): Promise<Job> {
  let latest: Job | null = null;
  let heardAt = performance.now();
  const take = (job: Job) => {
    if (!isNewer(job, latest)) return;
    latest = job;
    onChange(job);
  };
  const subscribe = () => socket.send({ action: "subscribe", job_id: jobId });
  const stops = [
    socket.on("job", (message: Message) => {
      if (message.job_id !== jobId) return;
      heardAt = performance.now();
      take(message as unknown as Job);
    }),
    socket.watch((state) => {
      if (state === "open") subscribe();
    }),
  ];
  subscribe();
  try {
    for (;;) {
      signal.throwIfAborted();
      if (latest && isFinished(latest)) return latest;
      const told = socket.state === "open" && performance.now() - heardAt < SILENT_AFTER_MS;
      if (told) await pause(CHECK_EVERY_MS, signal, () => latest !== null && isFinished(latest));
      else await askOnce(jobId, client, take, signal);
    }
  } finally {
    for (const stop of stops) stop();
  }
}

async function askOnce(
  jobId: string,
  client: Client,
  take: (job: Job) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    take(await client.job(jobId, true, signal));
  } catch (error) {
    const status = (error as { problem?: { status: number } }).problem?.status;
    // Down or unreachable is no verdict on the job: it goes on, and so do we.
    if (status === undefined || (status > 0 && status < 500 && status !== 429)) throw error;
    await pause(PAUSE_AFTER_FAILURE_MS, signal, () => false);
  }
}

/** Wait, but no longer than until `done`. */
async function pause(ms: number, signal: AbortSignal, done: () => boolean): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until && !done() && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
