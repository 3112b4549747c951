import { readFileSync } from "node:fs";
import { deflateSync } from "fflate";
import { describe, expect, it, vi } from "vitest";
import type { Message, SocketState } from "../service/socket";
import { readStream } from "./codec";
import { type PullEvents, SocketPull, type Wire } from "./pull";
import { makeHeader } from "./synthetic";

/** A socket that a test speaks through. */
class TestWire implements Wire {
  state: SocketState = "open";
  readonly sent: Record<string, unknown>[] = [];
  private readonly listeners = new Map<string, Set<(message: Message) => void>>();
  private readonly watchers = new Set<(state: SocketState) => void>();

  send(message: { action: string } & Record<string, unknown>): boolean {
    if (this.state === "open") this.sent.push(message);
    return this.state === "open";
  }

  on(type: string, listener: (message: Message) => void): () => void {
    const heard = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, heard.add(listener));
    return () => heard.delete(listener);
  }

  watch(watcher: (state: SocketState) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  become(state: SocketState): void {
    this.state = state;
    for (const watcher of this.watchers) watcher(state);
  }

  deliver(message: Message): void {
    for (const listener of this.listeners.get(message.type) ?? []) listener(message);
  }

  actions(): unknown[] {
    return this.sent.map((message) => message.action);
  }
}

const FILE = new URL("../../../../tests/data/motion/planar.sgfs", import.meta.url);
const { chunks } = readStream(new Uint8Array(readFileSync(FILE)));
const HEADER = makeHeader(5, 70);

function chunkMessage(index: number): Message {
  const data = btoa(String.fromCharCode(...(chunks[index] ?? [])));
  return { type: "chunk", simulation_id: "s1", index, keyframe: true, data };
}

function pulling() {
  const wire = new TestWire();
  const heard: string[] = [];
  const events: PullEvents = {
    header: (header) => heard.push(`header of ${header.bodies.length}`),
    chunk: (chunk) => heard.push(`chunk at ${chunk.first}`),
    done: () => heard.push("done"),
    resumed: (from) => heard.push(`resumed at ${from.toFixed(3)}`),
    failed: (detail, final) => heard.push(`failed: ${detail}${final ? " For good." : ""}`),
  };
  const pull = new SocketPull(wire, "s1", events);
  pull.start();
  return { wire, heard, pull };
}

describe("SocketPull", () => {
  it("buys each chunk by the one before it, and is done after the last", () => {
    const { wire, heard } = pulling();
    expect(wire.sent).toEqual([{ action: "play", simulation_id: "s1", from: 0, credit: 4 }]);
    wire.deliver({ type: "header", simulation_id: "s1", ...HEADER });
    for (const index of [0, 1, 2]) wire.deliver(chunkMessage(index));
    expect(heard).toEqual(["header of 5", "chunk at 0", "chunk at 32", "chunk at 64", "done"]);
    expect(wire.actions()).toEqual(["play", "ack", "ack", "ack"]);
    expect(wire.sent[2]).toMatchObject({ index: 1, credit: 1 });
  });

  it("asks again from the frame it had after a cut, and says so", () => {
    const { wire, heard } = pulling();
    wire.deliver({ type: "header", simulation_id: "s1", ...HEADER });
    wire.deliver(chunkMessage(0));
    wire.become("lost");
    wire.become("open");
    expect(wire.sent.at(-1)).toMatchObject({ action: "play", from: 32 / 60 });
    expect(heard.at(-1)).toBe("resumed at 0.533");
    wire.deliver({ type: "header", simulation_id: "s1", ...HEADER });
    expect(heard.filter((what) => what.startsWith("header"))).toHaveLength(1);
  });

  it("puts a header together that came in parts", () => {
    const { wire, heard } = pulling();
    const packed = deflateSync(new TextEncoder().encode(JSON.stringify(HEADER)));
    const [one, two] = [packed.subarray(0, 90), packed.subarray(90)];
    [two, one].forEach((bytes, i) => {
      const data = btoa(String.fromCharCode(...bytes));
      wire.deliver({ type: "header", simulation_id: "s1", part: 1 - i, parts: 2, data });
    });
    expect(heard).toEqual(["header of 5"]);
  });

  it("leaves other simulations' messages alone", () => {
    const { wire, heard } = pulling();
    wire.deliver({ type: "header", simulation_id: "s2", ...HEADER });
    wire.deliver({ ...chunkMessage(0), simulation_id: "s2" });
    expect(heard).toEqual([]);
  });

  it("says what the service refuses, and what can't be decoded", () => {
    const first = pulling();
    const error = { status: 404, detail: "There is none." };
    first.wire.deliver({ type: "error", simulation_id: "s1", error });
    expect(first.heard).toEqual(["failed: There is none. For good."]);
    const busy = pulling();
    busy.wire.deliver({
      type: "error",
      simulation_id: "s1",
      error: { status: 503, title: "Busy." },
    });
    expect(busy.heard).toEqual(["failed: Busy."]);
    const second = pulling();
    second.wire.deliver({ type: "header", simulation_id: "s1", ...HEADER });
    second.wire.deliver({ ...chunkMessage(0), data: "AAAA" });
    expect(second.heard.at(-1)).toMatch(/^failed.*(?<!For good\.)$/);
  });

  it("asks again when it may, where it asked too often", () => {
    vi.useFakeTimers();
    const { wire, heard } = pulling();
    const error = { code: "RATE_LIMITED", detail: "Too many requests.", retry_after: 3 };
    wire.deliver({ type: "error", simulation_id: "s1", error });
    vi.advanceTimersByTime(2999);
    expect(wire.actions()).toEqual(["play"]);
    vi.advanceTimersByTime(1);
    expect(wire.actions()).toEqual(["play", "play"]);
    expect(heard).toEqual([]);
    vi.useRealTimers();
  });

  it("stops the service's sending when it is left", () => {
    const { wire, pull } = pulling();
    pull.stop();
    expect(wire.actions().at(-1)).toBe("stop");
    wire.deliver({ type: "header", simulation_id: "s1", ...HEADER });
    expect(wire.actions().at(-1)).toBe("stop");
  });
});
