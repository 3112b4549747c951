/** Brings a motion to a player: over the socket as it is computed, or whole by REST. */

import { type Chunk, decodeChunk, readStream } from "../motion/codec";
import { type Header, readHeader } from "../motion/header";
import { SocketPull, type Wire } from "../motion/pull";
import { type Client, ServiceError } from "../service/client";

/** If the socket says nothing for this long, the motion is fetched. */
const SOCKET_PATIENCE_MS = 10_000;
/** Between questions whether the motion is computed by now. */
const NOT_READY_PAUSE_MS = 700;
/** Chunks decoded in one go: the page answers between. */
const CHUNKS_A_TURN = 4;

export interface FeedEvents {
  header(header: Header): void;
  chunk(chunk: Chunk): void;
  done(): void;
  resumed(from: number): void;
  failed(detail: string): void;
}

/**
 * Begin; answers with how to stop.
 *
 * @param wire - the page's socket; without one the motion is fetched.
 */
export function feedMotion(
  client: Pick<Client, "get">,
  wire: Wire | undefined,
  simulationId: string,
  events: FeedEvents,
): () => void {
  const abort = new AbortController();
  const fetchAll = () => {
    if (!abort.signal.aborted) void fetchMotion(client, simulationId, events, abort.signal);
  };
  if (!wire) {
    fetchAll();
    return () => abort.abort();
  }
  let begun = false;
  const pull = new SocketPull(wire, simulationId, {
    ...events,
    header: (header) => {
      begun = true;
      clearTimeout(patience);
      events.header(header);
    },
    // What the socket can't do, REST may; but what was stopped, failed or deleted it hasn't either.
    failed: (detail, final) => {
      clearTimeout(patience);
      pull.stop();
      if (final) events.failed(detail);
      else fetchAll();
    },
  });
  const patience = setTimeout(() => {
    if (begun) return;
    pull.stop();
    fetchAll();
  }, SOCKET_PATIENCE_MS);
  pull.start();
  return () => {
    clearTimeout(patience);
    abort.abort();
    pull.stop();
  };
}

async function fetchMotion(
  client: Pick<Client, "get">,
  simulationId: string,
  events: FeedEvents,
  signal: AbortSignal,
): Promise<void> {
  try {
    const data = await fetchTrajectory(client, simulationId, signal);
    const { header, chunks } = readStream(data);
    events.header(readHeader(header));
    for (let i = 0; i < chunks.length; i++) {
      if (i % CHUNKS_A_TURN === CHUNKS_A_TURN - 1) await pause(0);
      if (signal.aborted) return;
      events.chunk(decodeChunk(chunks[i] as Uint8Array));
    }
    events.done();
  } catch (error) {
    if (!signal.aborted) events.failed(error instanceof Error ? error.message : String(error));
  }
}

/** The whole motion as a stream; waits until it is computed. */
export async function fetchTrajectory(
  client: Pick<Client, "get">,
  simulationId: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  for (;;) {
    try {
      const accept = { accept: "application/octet-stream" };
      const path = `/v1/simulations/${simulationId}/trajectory`;
      const response = await client.get(path, accept, signal);
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      if (!(error instanceof ServiceError && error.problem.code === "NOT_READY")) throw error;
      await pause(NOT_READY_PAUSE_MS);
      signal.throwIfAborted();
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
