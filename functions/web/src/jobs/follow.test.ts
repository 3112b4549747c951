import { expect, test } from "vitest";
import { type Client, ServiceError, UNREACHABLE } from "../service/client";
import type { Job } from "../service/model";
import type { Message, Socket } from "../service/socket";
import { followJob, isNewer } from "./follow";

const job = (changes: Partial<Job>): Job => ({
  job_id: "j1",
  sketch_id: "k1",
  simulation_id: "s1",
  status: "running",
  stage: "read",
  progress: 0.3,
  error: null,
  result: null,
  ...changes,
});

test("messages that overtake one another are put in order by their version", () => {
  expect(isNewer(job({ version: 3 }), job({ version: 4 }))).toBe(false);
  expect(isNewer(job({ version: 5, stage: "prepare" }), job({ version: 4 }))).toBe(true);
});

test("without a version, what is further on is later, and an end is final", () => {
  expect(isNewer(job({ stage: "compile" }), job({ stage: "relate" }))).toBe(true);
  expect(isNewer(job({ progress: 0.2 }), job({ progress: 0.3 }))).toBe(false);
  expect(isNewer(job({}), job({ status: "failed" }))).toBe(false);
  expect(isNewer(job({ status: "succeeded", stage: null }), job({}))).toBe(true);
});

/** A socket that is open or not, and says what the test makes it say. */
function fakeSocket(state: "open" | "closed") {
  const listeners: ((message: Message) => void)[] = [];
  const sent: unknown[] = [];
  const socket = {
    state,
    send: (message: unknown) => sent.push(message),
    on: (_type: string, listener: (message: Message) => void) => {
      listeners.push(listener);
      return () => undefined;
    },
    watch: () => () => undefined,
  } as unknown as Socket;
  const say = (message: Job) => {
    for (const listener of listeners) listener({ type: "job", ...message });
  };
  return { socket, say, sent };
}

test("told by the socket, it needs no question", async () => {
  const { socket, say, sent } = fakeSocket("open");
  const client = { job: () => Promise.reject(new Error("asked")) } as unknown as Client;
  const seen: string[] = [];
  const end = followJob(
    "j1",
    { client, socket },
    (one) => seen.push(one.status),
    new AbortController().signal,
  );
  say(job({ job_id: "another", status: "failed", version: 9 }));
  say(job({ version: 1 }));
  say(job({ version: 2, status: "succeeded" }));
  expect((await end).status).toBe("succeeded");
  expect(seen).toEqual(["running", "succeeded"]);
  expect(sent).toEqual([{ action: "subscribe", job_id: "j1" }]);
});

test("with the socket down it asks, and a service that is away for a moment is asked again", async () => {
  const { socket } = fakeSocket("closed");
  const answers = [
    () => Promise.reject(new ServiceError(UNREACHABLE)),
    () => Promise.resolve(job({})),
    () => Promise.resolve(job({ status: "succeeded" })),
  ];
  const client = { job: () => answers.shift()?.() } as unknown as Client;
  const end = await followJob("j1", { client, socket }, () => {}, new AbortController().signal);
  expect(end.status).toBe("succeeded");
  expect(answers.length).toBe(0);
});
