/** The page's one WebSocket: comes back by itself, and says so. */

import { backoffMs } from "./backoff";

/** API Gateway closes a connection that sent a larger frame, and browsers send a message as one. */
export const FRAME_LIMIT_BYTES = 32_000;
/** API Gateway drops a connection that is silent for ten minutes. */
const PING_EVERY_MS = 4 * 60_000;

export type Message = { type: string } & Record<string, unknown>;
export type Listener = (message: Message) => void;
/** `lost`: it was open, and is being opened again. */
export type SocketState = "closed" | "connecting" | "open" | "lost";

/** What the socket needs of its surroundings; tests bring their own. */
export interface Surroundings {
  /** The address with the token, asked for anew at every attempt. */
  address(): Promise<string>;
  open(address: string): WebSocket;
  random(): number;
}

export class Socket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private wanted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pinging: ReturnType<typeof setInterval> | undefined;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly watchers = new Set<(state: SocketState) => void>();
  private current: SocketState = "closed";
  private opened = 0;

  constructor(private readonly surroundings: Surroundings) {}

  get state(): SocketState {
    return this.current;
  }

  /** How often it has been open: above 1, it came back. */
  get openings(): number {
    return this.opened;
  }

  /** Open, and stay open until `close`. */
  connect(): void {
    if (this.wanted) return;
    this.wanted = true;
    void this.dial();
  }

  close(): void {
    this.wanted = false;
    clearTimeout(this.timer);
    this.socket?.close();
    this.down("closed");
  }

  /** Try at once rather than after the pause: the network is back, or the page is seen again. */
  hurry(): void {
    if (!this.wanted || this.socket) return;
    clearTimeout(this.timer);
    this.attempt = 0;
    void this.dial();
  }

  /** Send if it is open; false if it is not, or if the message is larger than may be sent. */
  send(message: { action: string } & Record<string, unknown>): boolean {
    if (this.current !== "open" || !this.socket) return false;
    const text = JSON.stringify(message);
    if (text.length > FRAME_LIMIT_BYTES) return false;
    this.socket.send(text);
    return true;
  }

  /** Hear messages of a type; answers with how to stop. */
  on(type: string, listener: Listener): () => void {
    const heard = this.listeners.get(type) ?? new Set();
    heard.add(listener);
    this.listeners.set(type, heard);
    return () => heard.delete(listener);
  }

  /** Hear every change of state. What was asked for must be asked for again after each `open`. */
  watch(watcher: (state: SocketState) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private async dial(): Promise<void> {
    this.become(this.opened > 0 ? "lost" : "connecting");
    let address: string;
    try {
      address = await this.surroundings.address();
    } catch {
      this.retry();
      return;
    }
    if (!this.wanted || this.socket) return;
    const socket = this.surroundings.open(address);
    this.socket = socket;
    socket.onopen = () => this.up(socket);
    socket.onmessage = (event: MessageEvent) => this.deliver(event.data);
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.down(this.opened > 0 ? "lost" : "connecting");
      this.retry();
    };
  }

  private up(socket: WebSocket): void {
    if (this.socket !== socket) return;
    this.attempt = 0;
    this.opened += 1;
    this.pinging = setInterval(() => this.send({ action: "ping" }), PING_EVERY_MS);
    this.become("open");
  }

  private down(state: SocketState): void {
    clearInterval(this.pinging);
    this.socket = null;
    this.become(state);
  }

  private retry(): void {
    if (!this.wanted) return;
    clearTimeout(this.timer);
    const pause = backoffMs(this.attempt, this.surroundings.random);
    this.attempt += 1;
    this.timer = setTimeout(() => void this.dial(), pause);
  }

  private become(state: SocketState): void {
    if (state === this.current) return;
    this.current = state;
    for (const watcher of [...this.watchers]) watcher(state);
  }

  private deliver(data: unknown): void {
    const message = parse(data);
    if (!message) return;
    for (const listener of [...(this.listeners.get(message.type) ?? [])]) listener(message);
  }
}

function parse(data: unknown): Message | null {
  try {
    const message = JSON.parse(String(data)) as Message | null;
    return message && typeof message.type === "string" ? message : null;
  } catch {
    return null;
  }
}

/** Where the WebSocket API answers: the stage's name, at the page's own address. */
export function socketAddress(
  location: Pick<Location, "protocol" | "host">,
  query: { token: string } | { share: string },
): string {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/live?${new URLSearchParams(query)}`;
}
