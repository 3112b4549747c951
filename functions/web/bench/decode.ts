/**
 * What decoding costs: `node bench/decode.ts FILE…` prints, for each stream, microseconds of
 * processor time a frame, the least of several rounds. Node runs TypeScript as it is; fflate is the page's own.
 */

import { readFileSync } from "node:fs";
import { decodeChunk, describeChunk, readStream } from "../src/motion/codec.ts";

const ROUNDS = 30;

const results = process.argv.slice(2).map((file) => {
  const { chunks } = readStream(new Uint8Array(readFileSync(file)));
  const frames = chunks.reduce((sum, chunk) => sum + describeChunk(chunk).frames, 0);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    for (const chunk of chunks) decodeChunk(chunk);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, user + system);
  }
  return best / frames;
});
process.stdout.write(`${JSON.stringify(results)}\n`);
