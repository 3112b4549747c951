import { describe, expect, it } from "vitest";
import type { Wire } from "../motion/pull";
import { ServiceError, UNREACHABLE } from "../service/client";
import type { Message } from "../service/socket";
import { feedMotion } from "./feed";

/** A feed whose socket refuses; what was asked of REST and what its viewer hears. */
async function refused(error: Record<string, unknown>) {
  const asked: string[] = [];
  const heard: string[] = [];
  let refuse = (_: Message) => {};
  const wire: Wire = {
    state: "open",
    send: () => true,
    on: (type, listener) => {
      if (type === "error") refuse = listener;
      return () => {};
    },
    watch: () => () => {},
  };
  const client = {
    get: async (path: string) => {
      asked.push(path);
      throw new ServiceError(UNREACHABLE);
    },
  };
  const stop = feedMotion(client, wire, "s1", {
    header: () => {},
    chunk: () => {},
    done: () => {},
    resumed: () => {},
    failed: (detail) => heard.push(detail),
  });
  refuse({ type: "error", simulation_id: "s1", error });
  await new Promise((resolve) => setTimeout(resolve, 0));
  stop();
  return { asked, heard };
}

describe("feedMotion", () => {
  it("does not fetch what was stopped", async () => {
    const { asked, heard } = await refused({ status: 409, detail: "It was cancelled." });
    expect(asked).toEqual([]);
    expect(heard).toEqual(["It was cancelled."]);
  });

  it("fetches what the socket can't bring", async () => {
    const { asked } = await refused({ status: 503, detail: "Busy." });
    expect(asked).toEqual(["/v1/simulations/s1/trajectory"]);
  });
});
