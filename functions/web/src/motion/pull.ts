/**
 * Pulls a motion over the socket by credit, so that it begins before it is all computed and a slow
 * page slows only itself. After a cut it asks again from the frame it had.
 */

import type { Message, SocketState } from "../service/socket";
import { BadChunk, type Chunk, decodeChunk, fromBase64 } from "./codec";
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
  /** The service refuses. */
  failed(detail: string): void;
}

export class SocketPull {
  private readonly stops: (() => void)[] = [];
  private header: Header | null = null;
  /** Where the next chunk begins, seconds. */
  private next = 0;
  private cut = false;
  private finished = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly kept: Uint8Array<ArrayBuffer>[] = [];

  constructor(
    private readonly wire: Wire,
    private readonly simulationId: string,
    private readonly events: PullEvents,
    private readonly fps?: number,
  ) {}

  /** The chunks as they came, for taking the motion away. */
  get chunks(): readonly Uint8Array<ArrayBuffer>[] {
    return this.kept;
  }

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
      fps: this.fps ?? this.header?.fps ?? 60,
      credit: CREDIT,
    });
    this.expect();
  }

  private expect(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PATIENCE_MS);
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
      this.header = readHeader(message.header ?? message);
    } catch (error) {
      this.fail(String(error));
      return;
    }
    this.events.header(this.header);
  }

  private onChunk(message: Message): void {
    if (!this.isOurs(message) || !this.header) return;
    this.expect();
    let chunk: Chunk;
    try {
      const data = fromBase64(String(message.data));
      chunk = decodeChunk(data);
      this.kept.push(data);
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
    const refused = message.error as { detail?: string; title?: string } | undefined;
    if (message.simulation_id === this.simulationId && !this.finished)
      this.fail(refused?.detail || refused?.title || "");
  }

  private fail(detail: string): void {
    this.finished = true;
    clearTimeout(this.timer);
    this.events.failed(detail);
  }
}
