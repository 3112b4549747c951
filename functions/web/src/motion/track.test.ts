import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeChunk, readStream } from "./codec";
import { type Header, readHeader } from "./header";
import { Recording } from "./recording";
import { armAngle, trackOf } from "./track";

const FILE = new URL("../../../../tests/data/motion/runs/pendulum.sgfs", import.meta.url);
const [ROD, BOB] = [0, 1];

/** The recorded pendulum; its bob hangs on its rod, of a mass. */
function pendulum(rodMass: number): Recording {
  const { header, chunks } = readStream(new Uint8Array(readFileSync(FILE)));
  const known = readHeader(header);
  const bodies = known.bodies.map((body, i) =>
    i === BOB ? { ...body, parent: ROD } : { ...body, parent: -1, mass: rodMass },
  );
  const recording = new Recording({ ...known, bodies } as Header);
  for (const chunk of chunks) recording.add(decodeChunk(chunk));
  return recording;
}

describe("armAngle", () => {
  it("is a pendulum's angle from straight down: 14° to the left and back", () => {
    const recording = pendulum(1e-6);
    const angle = armAngle(recording, BOB, trackOf(recording, BOB)) as Float64Array;
    const degrees = angle.map((radians) => (radians * 180) / Math.PI);
    expect(degrees[0]).toBeCloseTo(-14, 1);
    expect(Math.min(...degrees)).toBeCloseTo(-14, 0);
    expect(Math.max(...degrees)).toBeCloseTo(14, 0);
  });

  it("is of massless rods only, and of what hangs on one", () => {
    const heavy = pendulum(0.5);
    expect(armAngle(heavy, BOB, trackOf(heavy, BOB))).toBeNull();
    const light = pendulum(1e-6);
    expect(armAngle(light, ROD, trackOf(light, ROD))).toBeNull();
  });
});
