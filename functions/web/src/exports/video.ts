/** One run of the motion as a video, as the browser can. */

import type { Player } from "../viewer/player";

/** The first that the browser can write is taken; MP4 opens everywhere. */
const KINDS = [
  "video/mp4;codecs=avc1.42E01F",
  "video/mp4",
  "video/webm;codecs=vp9",
  "video/webm;codecs=vp8",
  "video/webm",
];
const BITS_A_SECOND = 8_000_000;

/** The kind of video that this browser writes; null if none. */
export function videoKind(): string | null {
  if (typeof MediaRecorder === "undefined") return null;
  return KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? null;
}

/**
 * Play the motion once from its start at its own speed, and record the canvas.
 *
 * @throws {Error} the browser can't, or stopped.
 */
export async function recordVideo(
  player: Player,
  kind: string,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const { clock, stage } = player;
  const before = { time: clock.time, speed: clock.speed, loop: clock.loop };
  stage.keepPixels(true);
  const stream = stage.canvas.captureStream(60);
  const recorder = new MediaRecorder(stream, { mimeType: kind, videoBitsPerSecond: BITS_A_SECOND });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const written = new Promise<void>((resolve, reject) => {
    recorder.onstop = () => resolve();
    recorder.onerror = () => reject(new Error("the browser stopped recording"));
  });
  player.seek(0);
  player.setSpeed(1);
  player.setLoop(false);
  recorder.start(1000);
  player.play();
  const stopWatching = player.onFrame((time) => onProgress(time / Math.max(clock.duration, 1e-3)));
  try {
    await untilDone(player, signal);
    recorder.stop();
    await written;
  } finally {
    if (recorder.state !== "inactive") recorder.stop();
    stopWatching();
    stage.keepPixels(false);
    for (const track of stream.getTracks()) track.stop();
    player.setLoop(before.loop);
    player.setSpeed(before.speed);
    player.seek(before.time);
  }
  return new Blob(parts, { type: kind.split(";")[0] ?? kind });
}

function untilDone(player: Player, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = player.subscribe(() => {
      if (signal.aborted) finish(() => reject(new Error("stopped")));
      else if (!player.clock.playing) finish(resolve);
    });
    const finish = (settle: () => void) => {
      stop();
      settle();
    };
  });
}
