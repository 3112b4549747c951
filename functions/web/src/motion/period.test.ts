import { describe, expect, it } from "vitest";
import { crossingPeriod, periodOf } from "./period";
import { Recording } from "./recording";
import { makeChunk, makeHeader } from "./synthetic";
import { trackOf } from "./track";

type Path = Parameters<typeof makeChunk>[3];

function recorded(path: Path, frames = 601): Recording {
  const header = makeHeader(1, frames);
  const recording = new Recording(header);
  // As the codec rounds: to steps of a tenth of a millimetre.
  const rounded: Path = (time, body) => {
    const { x, z, angle = 0 } = path(time, body);
    return { x: Math.round(x * 1e4) / 1e4, z: Math.round(z * 1e4) / 1e4, angle };
  };
  for (let first = 0; first < frames; first += 32)
    recording.add(makeChunk(header, first, Math.min(32, frames - first), rounded));
  return recording;
}

const swing = (period: number, reach: number, length = 1): Path => {
  return (time) => {
    const angle = reach * Math.cos((2 * Math.PI * time) / period);
    return { x: length * Math.sin(angle), z: -length * Math.cos(angle), angle };
  };
};

describe("periodOf", () => {
  it.each([0.31, 0.811, 2.006, 3.9])(
    "finds a pendulum's period of %s s within 0.1 %%",
    (period) => {
      const found = periodOf(trackOf(recorded(swing(period, 0.3)), 0));
      expect(Math.abs((found?.seconds ?? 0) / period - 1)).toBeLessThan(1e-3);
    },
  );

  it("makes do with what there is of a slow swing, once that is all", () => {
    const track = trackOf(recorded(swing(4.44, 0.2, 5)), 0);
    expect(periodOf(track)).toBeNull();
    expect(periodOf(track, true)?.seconds).toBeCloseTo(4.44, 2);
  });

  it("takes two swings of different length for none", () => {
    const there: Path = (time) => ({
      x: time < 5 ? Math.cos(2 * Math.PI * time * 0.4) : Math.cos(2 * Math.PI * (time - 5) * 0.25),
      z: 0,
    });
    expect(periodOf(trackOf(recorded(there), 0), true)).toBeNull();
  });

  it("waits for one and a half swings, rather than take the height's for the swing's", () => {
    for (let frames = 33; frames < 301; frames += 32) {
      const found = periodOf(trackOf(recorded(swing(2.006, 0.3), frames), 0));
      expect(found === null || Math.abs(found.seconds / 2.006 - 1) < 0.01).toBe(true);
    }
    expect(periodOf(trackOf(recorded(swing(2.006, 0.3), 301), 0))).not.toBeNull();
  });

  it("finds that of what rocks on the spot", () => {
    const rock: Path = (time) => ({ x: 0, z: 0, angle: 0.2 * Math.cos(4 * time) });
    expect(periodOf(trackOf(recorded(rock), 0))?.seconds).toBeCloseTo(Math.PI / 2, 2);
  });

  it("finds that of a damped bob on a spring", () => {
    const bob: Path = (time) => ({ x: 0, z: 0.2 * Math.exp(-0.1 * time) * Math.cos(7.7 * time) });
    const found = periodOf(trackOf(recorded(bob), 0));
    expect(found?.seconds).toBeCloseTo((2 * Math.PI) / 7.7, 2);
  });

  it("finds none where nothing swings, or swings unevenly", () => {
    expect(
      periodOf(
        trackOf(
          recorded(() => ({ x: 1, z: 2 })),
          0,
        ),
      ),
    ).toBeNull();
    expect(
      periodOf(
        trackOf(
          recorded((time) => ({ x: time * time, z: 0 })),
          0,
        ),
      ),
    ).toBeNull();
    const sweep: Path = (time) => ({ x: Math.sin(time * time), z: 0 });
    expect(periodOf(trackOf(recorded(sweep), 0))).toBeNull();
  });
});

describe("crossingPeriod", () => {
  it("needs the signal to come back", () => {
    const times = Float64Array.from({ length: 60 }, (_, i) => i / 60);
    expect(crossingPeriod(times, times)).toBeNull();
  });
});

describe("trackOf", () => {
  it("gives speed and acceleration of a throw", () => {
    const thrown: Path = (time) => ({ x: 3 * time, z: 4 * time - 4.905 * time * time });
    const track = trackOf(recorded(thrown, 61), 0);
    expect(track.speed[0]).toBeCloseTo(5, 1);
    expect(track.speed[30]).toBeCloseTo(Math.hypot(3, 4 - 4.905), 2);
    for (const i of [0, 10, 30, 60]) expect(track.acceleration[i]).toBeCloseTo(9.81, 0);
    expect(track.az[30]).toBeLessThan(0);
  });

  it("counts whole turns on, counter-clockwise as seen from the front", () => {
    const wheel: Path = (time) => ({ x: 0, z: 0, angle: 9 * time });
    const track = trackOf(recorded(wheel), 0);
    expect(track.angle[600]).toBeCloseTo(90, 3);
    expect(track.spin[300]).toBeCloseTo(9, 3);
  });
});
