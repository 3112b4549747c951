/** The REST API, for one guest. */

import { backoffMs } from "./backoff";
import type {
  Analysis,
  Corrections,
  Job,
  Page,
  Problem,
  Session,
  Simulation,
  Started,
  Template,
} from "./model";
import type { SessionStore } from "./session";

/** A function takes 6 MB a call, and base64 on the way to it costs a third: larger goes by upload. */
const DIRECT_UPLOAD_LIMIT_BYTES = 4_000_000;
const JOB_WAIT_S = 15;
const MOST_REPEATS = 2;
const LONGEST_PAUSE_MS = 8_000;
/** The gateway gave up or a dependency is down: the request may have been taken all the same. */
const PASSING = new Set([0, 429, 502, 503, 504]);

/** The service, or the way to it, said no. */
export class ServiceError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ServiceError";
  }
}

/** No answer came at all: no network, or the service is down. */
export const UNREACHABLE: Problem = {
  code: "UNREACHABLE",
  title: "",
  detail: "",
  status: 0,
  errors: [],
};

interface Options {
  method?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export class Client {
  constructor(
    private readonly session: SessionStore,
    private readonly fetcher: typeof fetch = (...request) => fetch(...request),
    private readonly sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms)),
  ) {}

  /** This guest's token; starts a session where there is none. */
  async token(): Promise<string> {
    return (await this.session.open(() => this.startSession())).token;
  }

  templates(): Promise<Page<Template>> {
    return this.json("/v1/templates", {}, false);
  }

  /** Send a drawing; large ones go straight to where objects are kept. */
  async sendSketch(image: Blob, signal?: AbortSignal): Promise<Started> {
    if (image.size <= DIRECT_UPLOAD_LIMIT_BYTES) {
      return this.post("/v1/sketches", image, image.type, signal);
    }
    const upload = await this.post<{
      upload_id: string;
      method: string;
      url: string;
      headers: Record<string, string>;
    }>("/v1/uploads", JSON.stringify({ content_type: image.type, size: image.size }));
    const { method, url, headers } = upload;
    const sent = await this.reach(url, { method, headers, body: image, signal });
    if (!sent.ok) throw new ServiceError(await problemOf(sent));
    return this.post("/v1/sketches", JSON.stringify({ upload_id: upload.upload_id }));
  }

  /** An image that anyone may see, such as a template's. */
  async image(path: string): Promise<Blob> {
    return (await this.getPublic(path)).blob();
  }

  /** A GET of what anyone may see. */
  getPublic(
    path: string,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    return this.answered(path, { headers, signal }, false);
  }

  sendPrompt(prompt: string): Promise<Started> {
    return this.post("/v1/simulations", JSON.stringify({ prompt }));
  }

  correct(sketchId: string, corrections: Corrections): Promise<Started> {
    return this.json(`/v1/sketches/${sketchId}`, {
      method: "PATCH",
      body: JSON.stringify(corrections),
      headers: { "content-type": "application/json" },
    });
  }

  analysis(sketchId: string): Promise<Analysis> {
    return this.json(`/v1/sketches/${sketchId}`);
  }

  simulation(simulationId: string): Promise<Simulation> {
    return this.json(`/v1/simulations/${simulationId}`);
  }

  simulations(words = "", cursor: string | null = null): Promise<Page<Simulation>> {
    const query = new URLSearchParams({ limit: "24" });
    if (words) query.set("q", words);
    if (cursor) query.set("cursor", cursor);
    return this.json(`/v1/simulations?${query}`);
  }

  async removeSimulation(simulationId: string): Promise<void> {
    await this.answered(`/v1/simulations/${simulationId}`, { method: "DELETE" });
  }

  /** The job as it is, or, with `wait`, as it is after its next change. */
  job(jobId: string, wait = false, signal?: AbortSignal): Promise<Job> {
    return this.json(`/v1/jobs/${jobId}${wait ? `?wait=${JOB_WAIT_S}` : ""}`, { signal });
  }

  cancel(jobId: string): Promise<Job> {
    return this.json(`/v1/jobs/${jobId}`, { method: "DELETE" });
  }

  /** A GET of anything else below /v1, such as a trajectory; the answer is there, and good. */
  get(path: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    return this.answered(path, { headers, signal });
  }

  /** A POST that is safe to send again: it carries a key of its own. */
  async post<T>(
    path: string,
    body: BodyInit,
    type = "application/json",
    signal?: AbortSignal,
  ): Promise<T> {
    const headers = { "content-type": type, "idempotency-key": randomKey() };
    return this.json<T>(path, { method: "POST", body, headers, signal });
  }

  /** Until it is worth trying again; seconds, where the service says how many. */
  private pause(attempt: number, retryAfter: number | undefined): Promise<void> {
    const ms = retryAfter ? 1000 * retryAfter : backoffMs(attempt + 1, Math.random);
    return this.sleep(Math.min(ms, LONGEST_PAUSE_MS));
  }

  private async json<T>(path: string, options: Options = {}, signed = true): Promise<T> {
    return (await this.answered(path, options, signed)).json() as Promise<T>;
  }

  /** A good answer. What may be asked twice without harm is, where none came. */
  private async answered(path: string, options: Options, signed = true): Promise<Response> {
    const repeatable = !options.method || "idempotency-key" in (options.headers ?? {});
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.answeredOnce(path, options, signed);
      } catch (error) {
        if (!repeatable || attempt >= MOST_REPEATS || !mayPass(error)) throw error;
        await this.pause(attempt, error.problem.retry_after);
      }
    }
  }

  private async answeredOnce(path: string, options: Options, signed: boolean): Promise<Response> {
    let response = await this.send(path, options, signed);
    if (response.status === 401 && signed) {
      this.session.forget();
      response = await this.send(path, options, signed);
    }
    if (!response.ok) throw new ServiceError(await problemOf(response));
    return response;
  }

  private async send(path: string, options: Options, signed: boolean): Promise<Response> {
    const headers: Record<string, string> = { ...options.headers };
    if (signed) headers.authorization = `Bearer ${await this.token()}`;
    return this.reach(path, { ...options, headers });
  }

  private async reach(path: string, options: Options): Promise<Response> {
    try {
      return await this.fetcher(path, options as RequestInit);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ServiceError(UNREACHABLE);
    }
  }

  private startSession(): Promise<Session> {
    const headers = { "idempotency-key": randomKey() };
    return this.json("/v1/sessions", { method: "POST", headers }, false);
  }
}

/** 128 random bits; `crypto.randomUUID` is missing on plain http addresses. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function mayPass(error: unknown): error is ServiceError {
  return error instanceof ServiceError && PASSING.has(error.problem.status);
}

async function problemOf(response: Response): Promise<Problem> {
  const unknown = { code: "INTERNAL", title: response.statusText, detail: "", errors: [] };
  try {
    return { ...unknown, ...((await response.json()) as Problem), status: response.status };
  } catch {
    return { ...unknown, status: response.status };
  }
}
