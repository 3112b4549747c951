/**
 * Pulls a motion over the socket by credit, so that it begins before it is all computed and a slow
 * page slows only itself. After a cut it asks again from the frame it had.
 */

import { inflateSync } from "fflate";
import type { Message, SocketState } from "../service/socket";
import { fromBase64 } from "./base64";
import { BadChunk, type Chunk, decodeChunk } from "./codec";
import { type Header, readHeader } from "./header";

/** Chunks on their way at once: two seconds of motion. */
const CREDIT = 4;
/** A header or a chunk that takes longer than this is asked for again. */
const PATIENCE_MS = 8000;

/** What it needs of the page's socket. */
export interface Wire {
  readonly state: SocketState;
  send(message: { action: string } & Record<string, unknown>): boolean;
  on(type: string, listener: (message: Message) => void): () => void;
  watch(watcher: (state: SocketState) => void): () => void;
}

export interface PullEvents {
  /** The header came; answers with the time to play from. */
  header(header: Header): void;
  chunk(chunk: Chunk): void;
  /** All of it is here. */
  done(): void;
  /** It was cut off and goes on from this time, seconds. */
  resumed(from: number): void;
  /** It can't be brought over the socket; `final` when the service says that there is none to bring. */
  failed(detail: string, final: boolean): void;
}

/** What an error message says. */
interface Refusal {
  code?: string;
  /** The HTTP status that it would have. */
  status?: number;
  title?: string;
  detail?: string;
  /** Seconds. */
  retry_after?: number;
}

export class SocketPull {
  private readonly stops: (() => void)[] = [];
  private header: Header | null = null;
  /** Where the next chunk begins, seconds. */
  private next = 0;
  private cut = false;
  private finished = false;
  private parts: Uint8Array[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly simulationId: string,
    private readonly events: PullEvents,
    private readonly fps?: number,
  ) {}

  start(): void {
    this.stops.push(
      this.wire.on("header", (message) => this.onHeader(message)),
      this.wire.on("chunk", (message) => this.onChunk(message)),
      this.wire.on("end", (message) => this.onEnd(message)),
      this.wire.on("error", (message) => this.onError(message)),
      this.wire.watch((state) => this.onState(state)),
    );
    if (this.wire.state === "open") this.ask();
  }

  stop(): void {
    for (const stop of this.stops.splice(0)) stop();
    clearTimeout(this.timer);
    if (!this.finished && this.wire.state === "open")
      this.wire.send({ action: "stop", simulation_id: this.simulationId });
  }

  private ask(): void {
    if (this.finished) return;
    this.wire.send({
      action: "play",
      simulation_id: this.simulationId,
      from: this.next,
      credit: CREDIT,
      ...(this.fps === undefined ? {} : { fps: this.fps }),
    });
    this.expect();
  }

  private expect(patienceMs = PATIENCE_MS): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), patienceMs);
  }

  private onState(state: SocketState): void {
    if (this.finished) return;
    if (state !== "open") {
      clearTimeout(this.timer);
      this.cut = this.cut || this.header !== null;
      return;
    }
    if (this.cut) this.events.resumed(this.next);
    this.cut = false;
    this.ask();
  }

  private isOurs(message: Message): boolean {
    return message.simulation_id === this.simulationId && !this.finished;
  }

  private onHeader(message: Message): void {
    if (!this.isOurs(message)) return;
    this.expect();
    if (this.header) return;
    try {
      const whole = this.wholeHeader(message);
      if (whole === null) return;
      this.header = readHeader(whole);
    } catch (error) {
      this.fail(String(error));
      return;
    }
    this.events.header(this.header);
  }

  /** A header that is too long for a message comes deflated, in parts; null until all are here. */
  private wholeHeader(message: Message): unknown {
    const { part, parts, data } = message;
    if (typeof part !== "number" || typeof parts !== "number") return message;
    this.parts[part] = fromBase64(String(data));
    const all = this.parts.filter((one) => one !== undefined);
    if (all.length < parts) return null;
    const packed = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const one of all) {
      packed.set(one, at);
      at += one.length;
    }
    return JSON.parse(new TextDecoder().decode(inflateSync(packed)));
  }

  private onChunk(message: Message): void {
    if (!this.isOurs(message) || !this.header) return;
    this.expect();
    let chunk: Chunk;
    try {
      chunk = decodeChunk(fromBase64(String(message.data)));
    } catch (error) {
      if (error instanceof BadChunk) this.fail(error.message);
      else this.fail(String(error));
      return;
    }
    this.events.chunk(chunk);
    this.next = chunk.t0 + chunk.frames * chunk.dt;
    this.wire.send({
      action: "ack",
      simulation_id: this.simulationId,
      index: message.index,
      credit: 1,
    });
    if (this.next >= this.header.duration + chunk.dt / 2) this.finish();
  }

  private onEnd(message: Message): void {
    if (this.isOurs(message) && this.header) this.finish();
  }

  private finish(): void {
    this.finished = true;
    clearTimeout(this.timer);
    this.events.done();
  }

  private onError(message: Message): void {
    if (!this.isOurs(message)) return;
    const refused = message.error as Refusal | undefined;
    if (refused?.code === "RATE_LIMITED") this.expect((refused.retry_after ?? 1) * 1000);
    else this.fail(refused?.detail || refused?.title || "", (refused?.status ?? 500) < 500);
  }

  private fail(detail: string, final = false): void {
    this.finished = true;
    clearTimeout(this.timer);
    this.events.failed(detail, final);
  }
}
