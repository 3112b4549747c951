/**
 * How far the page's run is from the service's: `node bench/agree.ts MODEL.xml STREAM …` prints, for
 * each pair of a model and its recorded frames, the farthest that a body is from its double.
 */

import { readFileSync } from "node:fs";
import loadMujoco from "@mujoco/mujoco";
import { compareRuns, type Difference } from "../src/engine/compare.ts";
import { LiveSimulation, recordFrames } from "../src/engine/simulation.ts";
import { decodeChunk, readStream } from "../src/motion/codec.ts";
import { readHeader } from "../src/motion/header.ts";
import { placesOf, Recording } from "../src/motion/recording.ts";

const mujoco = await loadMujoco();
const files = process.argv.slice(2);
const results: Difference[] = [];
for (let i = 0; i + 1 < files.length; i += 2) {
  const { header, chunks } = readStream(new Uint8Array(readFileSync(files[i + 1] as string)));
  const recording = new Recording(readHeader(header));
  for (const chunk of chunks) recording.add(decodeChunk(chunk));
  const { bodies, header: known } = recording;
  const simulation = new LiveSimulation(mujoco, readFileSync(files[i] as string, "utf8"));
  const ours = await recordFrames(simulation, known.frames, known.fps, async () => {});
  simulation.dispose();
  results.push(compareRuns(ours, placesOf(recording), bodies, 1 / known.fps));
}
process.stdout.write(`${JSON.stringify(results)}\n`);
