import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backoffMs } from "./backoff";
import { FRAME_LIMIT_BYTES, Socket, socketAddress } from "./socket";

/** A connection whose other end is the test. */
class Line {
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.onclose?.();
  }
}

let lines: Line[];
let socket: Socket;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  socket = new Socket({
    address: async () => "ws://here",
    open: () => {
      const line = new Line();
      lines.push(line);
      return line as unknown as WebSocket;
    },
    random: () => 0.5,
  });
});

afterEach(() => {
  socket.close();
  vi.useRealTimers();
});

async function dialled(count: number): Promise<Line> {
  await vi.waitFor(() => expect(lines.length).toBe(count));
  return lines[count - 1] as Line;
}

test("it comes back after a cut, and says that it was lost and is open again", async () => {
  const states: string[] = [];
  socket.watch((state) => states.push(state));
  socket.connect();
  (await dialled(1)).onopen?.();
  lines[0]?.onclose?.();
  expect(socket.send({ action: "ping" })).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  (await dialled(2)).onopen?.();
  expect(states).toEqual(["connecting", "open", "lost", "open"]);
  expect(socket.openings).toBe(2);
});

test("messages reach those who listen to their type, and nonsense reaches nobody", async () => {
  const heard: unknown[] = [];
  socket.on("job", (message) => heard.push(message.job_id));
  socket.connect();
  const line = await dialled(1);
  line.onopen?.();
  for (const data of ["{", "null", '{"type":"pong"}', '{"type":"job","job_id":"j1"}']) {
    line.onmessage?.({ data });
  }
  expect(heard).toEqual(["j1"]);
});

test("a message larger than a frame may be is not sent", async () => {
  socket.connect();
  const line = await dialled(1);
  line.onopen?.();
  expect(socket.send({ action: "look", image: "x".repeat(FRAME_LIMIT_BYTES) })).toBe(false);
  expect(socket.send({ action: "look", image: "x".repeat(1000) })).toBe(true);
  expect(line.sent.length).toBe(1);
});

test("once closed it stays closed", async () => {
  socket.connect();
  (await dialled(1)).onopen?.();
  socket.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lines.length).toBe(1);
  expect(socket.state).toBe("closed");
});

test("pauses grow to a cap and are spread at random", () => {
  const longest = [0, 1, 2, 10].map((attempt) => backoffMs(attempt, () => 1));
  expect(longest).toEqual([400, 800, 1600, 15_000]);
  expect(backoffMs(10, () => 0)).toBe(100);
});

test("the socket is at the page's own address, encrypted where the page is", () => {
  const secure = { protocol: "https:", host: "a.b" };
  expect(socketAddress(secure, { token: "t=1" })).toBe("wss://a.b/live?token=t%3D1");
  const plain = { protocol: "http:", host: "a:8000" };
  expect(socketAddress(plain, { share: "s" })).toBe("ws://a:8000/live?share=s");
});
