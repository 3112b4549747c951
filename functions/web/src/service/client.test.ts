import { describe, expect, test } from "vitest";
import { Client, ServiceError } from "./client";
import { SessionStore } from "./session";
import { SharedClient } from "./shared";

type Reply = (path: string, options: RequestInit) => Response;

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const answer = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
let sessions = 0;
const session = () => {
  sessions += 1;
  return answer({ session_id: "n", token: `t${sessions}`, expires_at: "2999-01-01T00:00:00Z" });
};

/** A client whose requests are kept, and answered by the test. */
function clientOf(reply: Reply) {
  const asked: { path: string; options: RequestInit; headers: Record<string, string> }[] = [];
  const fetcher = (async (path: string, options: RequestInit) => {
    asked.push({ path, options, headers: options.headers as Record<string, string> });
    return path === "/v1/sessions" ? session() : reply(path, options);
  }) as typeof fetch;
  const atOnce = () => Promise.resolve();
  return { client: new Client(new SessionStore(storage()), fetcher, atOnce), asked, fetcher };
}

describe("the client", () => {
  test("starts one session for any number of requests, and signs them with it", async () => {
    const { client, asked } = clientOf(() => answer({ items: [], next_cursor: null }));
    await Promise.all([client.simulations(), client.simulations("ball")]);
    expect(asked.filter(({ path }) => path === "/v1/sessions").length).toBe(1);
    const signed = asked.filter(({ path }) => path.startsWith("/v1/simulations"));
    expect(new Set(signed.map(({ headers }) => headers.authorization)).size).toBe(1);
    expect(signed[0]?.headers.authorization).toMatch(/^Bearer t/);
  });

  test("starts anew, once, where the service no longer knows the session", async () => {
    let refusals = 0;
    const { client } = clientOf(() =>
      refusals++ === 0 ? answer({ code: "UNAUTHENTICATED" }, 401) : answer({ job_id: "j" }),
    );
    expect((await client.job("j")).job_id).toBe("j");
  });

  test("each POST carries a key of its own, so that it may be sent again", async () => {
    const { client, asked } = clientOf(() => answer({}, 202));
    await client.sendPrompt("a ball");
    await client.sendPrompt("a ball");
    const sent = asked.filter(({ path }) => path === "/v1/simulations");
    const keys = sent.map(({ headers }) => headers["idempotency-key"]);
    expect(new Set(keys).size).toBe(2);
  });

  test("a POST without an answer is sent again with the same key, and no more than twice", async () => {
    const replies = [() => new Response("", { status: 504 }), () => answer({ job_id: "j" }, 202)];
    const { client, asked } = clientOf(() => replies.shift()?.() ?? answer({}, 503));
    expect((await client.sendPrompt("a ball")).job_id).toBe("j");
    const keys = () =>
      asked
        .filter(({ path }) => path === "/v1/simulations")
        .map(({ headers }) => headers["idempotency-key"]);
    expect(new Set(keys()).size).toBe(1);
    expect(keys().length).toBe(2);
    const error = await client.sendPrompt("a ball").catch((thrown) => thrown);
    expect(error.problem.status).toBe(503);
    expect(keys().length).toBe(5);
  });

  test("a GET without an answer is asked again, a refusal is not", async () => {
    const replies = [() => new Response("", { status: 504 }), () => answer({ job_id: "j" })];
    const { client, asked } = clientOf(
      () => replies.shift()?.() ?? answer({ code: "NOT_FOUND" }, 404),
    );
    expect((await client.job("j")).job_id).toBe("j");
    await expect(client.job("k")).rejects.toThrow(ServiceError);
    expect(asked.filter(({ path }) => path === "/v1/jobs/j").length).toBe(2);
    expect(asked.filter(({ path }) => path === "/v1/jobs/k").length).toBe(1);
  });

  test("a large image goes where objects are kept, and only its name through the API", async () => {
    const { client, asked } = clientOf((path) =>
      path === "/v1/uploads"
        ? answer({ upload_id: "u1", method: "PUT", url: "/objects/x", headers: {} })
        : answer({ sketch_id: "k", job_id: "j", simulation_id: "s" }, 202),
    );
    const image = new Blob([new Uint8Array(5_000_000)], { type: "image/png" });
    await client.sendSketch(image);
    const [, , upload, sketch] = asked;
    expect(upload?.path).toBe("/objects/x");
    expect(upload?.options.body).toBe(image);
    expect(upload?.headers.authorization).toBeUndefined();
    expect(sketch?.options.body).toBe('{"upload_id":"u1"}');
  });

  test("a refusal is told in the service's own words", async () => {
    const problem = { code: "NOTHING_TO_READ", detail: "Blank.", title: "t", errors: [] };
    const { client } = clientOf(() => answer({ ...problem, status: 422 }, 422));
    const error = await client.job("j").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error.problem).toMatchObject(problem);
  });

  test("an answer that is no JSON, and none at all, are problems too", async () => {
    const { client } = clientOf(() => new Response("<html>", { status: 502 }));
    const error = await client.job("j").catch((thrown) => thrown);
    expect(error.problem).toMatchObject({ status: 502, code: "INTERNAL" });
    const offline = new Client(
      new SessionStore(storage()),
      () => Promise.reject(new TypeError()),
      () => Promise.resolve(),
    );
    const away = await offline.job("j").catch((thrown) => thrown);
    expect(away.problem.code).toBe("UNREACHABLE");
  });
});

test("a shared view asks by its link, without a session", async () => {
  const { asked, fetcher } = clientOf(() => answer({}));
  await new SharedClient("abc", fetcher).get("/v1/simulations/s1/model.xml");
  expect(asked.map(({ path }) => path)).toEqual(["/v1/shared/abc/model.xml"]);
  expect(asked[0]?.headers.authorization).toBeUndefined();
});
