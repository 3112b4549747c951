/** Small plots against time, one below the other, with a cursor that goes with the motion. */

import uPlot from "uplot";
import type { Track } from "../motion/track";
import { text } from "../text";
import type { Energy } from "./energy";
import { short } from "./units";

const words = text.viewer.plots;
const HEIGHT = 118;
const LEAST_WIDTH = 160;
const AXIS_WIDTH = 52;

interface Series {
  readonly label: string;
  /** A colour of `SERIES_COLOURS`. */
  readonly color: number;
  readonly values: ArrayLike<number>;
}

/** One plot's title with its unit, and its lines. */
export interface PlotData {
  readonly key: string;
  readonly title: string;
  readonly times: Float64Array;
  readonly series: readonly Series[];
  /** A flat line is not blown up to the noise in it: the least that the axis spans. */
  readonly least: number;
}

/** Okabe and Ito's, told apart by nearly everybody; on dark paper the first is lighter. */
export const SERIES_COLOURS = ["#0072b2", "#d55e00", "#009e73"] as const;

/**
 * What is plotted of a body's track, and of the whole motion's energy.
 *
 * @param arm - the angle of the rod that the body hangs on, if it does: plotted for its own.
 */
export function plotsOf(
  track: Track | null,
  arm: Float64Array | null,
  energy: Energy | null,
  dt: number,
): PlotData[] {
  const plots: PlotData[] = [];
  if (energy) {
    const times = Float64Array.from(energy.kinetic, (_, i) => i * dt);
    const total = energy.kinetic.map((value, i) => value + (energy.potential[i] ?? 0));
    // Potential energy has no zero of its own: here it is at its lowest.
    const lowest = energy.potential.reduce((least, value) => Math.min(least, value), 1 / 0);
    plots.push({
      key: "energy",
      title: `${words.energy} (J)`,
      times,
      least: 0.01,
      series: [
        { label: words.kinetic, color: 1, values: energy.kinetic },
        { label: words.potential, color: 0, values: energy.potential.map((v) => v - lowest) },
        { label: words.total, color: 2, values: total.map((value) => value - lowest) },
      ],
    });
  }
  if (!track) return plots;
  const degrees = (arm ?? track.angle).map((radians) => (radians * 180) / Math.PI);
  plots.push(
    {
      key: "position",
      title: `${words.position} (m)`,
      times: track.times,
      least: 0.02,
      series: [
        { label: "x", color: 0, values: track.x },
        { label: "z", color: 1, values: track.z },
      ],
    },
    {
      key: "speed",
      title: `${words.speed} (m/s)`,
      times: track.times,
      least: 0.02,
      series: [{ label: "v", color: 2, values: track.speed }],
    },
    {
      key: "angle",
      title: `${arm ? words.armAngle : words.angle} (°)`,
      times: track.times,
      least: 2,
      series: [{ label: "θ", color: 1, values: degrees }],
    },
  );
  return plots;
}

/** A column of plots in an element. */
export class Plots {
  private readonly plots = new Map<string, { plot: uPlot; head: HTMLElement }>();
  private readonly watch: ResizeObserver;
  private time = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly duration: number,
    private readonly onSeek: (time: number) => void,
  ) {
    this.watch = new ResizeObserver(() => {
      for (const { plot } of this.plots.values()) plot.setSize(sizeIn(plot.root.parentElement));
      this.setTime(this.time);
    });
    this.watch.observe(host);
  }

  /** Show these; the ones that are there keep their place. */
  set(all: readonly PlotData[]): void {
    for (const [key, { plot }] of this.plots) {
      if (all.some((data) => data.key === key)) continue;
      remove(plot);
      this.plots.delete(key);
    }
    for (const data of all) {
      const known = this.plots.get(data.key);
      const columns = [data.times, ...data.series.map(({ values }) => values)];
      if (known) known.plot.setData(columns as uPlot.AlignedData);
      else this.plots.set(data.key, this.make(data, columns as uPlot.AlignedData));
    }
    // In the order given, wherever one came later.
    for (const { key } of all) {
      const made = this.plots.get(key);
      if (made) this.host.append(made.plot.root.parentElement as HTMLElement);
    }
    this.setTime(this.time);
  }

  /** Move the cursor that goes with the motion. */
  setTime(time: number): void {
    this.time = time;
    for (const { plot, head } of this.plots.values()) {
      const x = plot.valToPos(time, "x");
      head.style.transform = `translateX(${Math.round(x * 2) / 2}px)`;
    }
  }

  dispose(): void {
    this.watch.disconnect();
    for (const { plot } of this.plots.values()) remove(plot);
    this.plots.clear();
  }

  private make(data: PlotData, columns: uPlot.AlignedData): { plot: uPlot; head: HTMLElement } {
    const style = getComputedStyle(this.host);
    const ink = style.color;
    const faint = style.getPropertyValue("--viewer-rule").trim() || "rgba(128, 128, 128, 0.25)";
    const axis: uPlot.Axis = {
      stroke: ink,
      font: "11px system-ui, sans-serif",
      grid: { stroke: faint, width: 1 },
      ticks: { show: false },
    };
    const cell = this.host.appendChild(document.createElement("div"));
    const plot = new uPlot(
      {
        ...sizeIn(cell),
        class: "viewer-plot",
        title: data.title,
        legend: { show: false },
        cursor: { sync: { key: "simgen" }, y: false, drag: { x: false, y: false } },
        scales: {
          x: { time: false, range: [0, this.duration] },
          y: { range: paddedTo(data.least) },
        },
        axes: [
          { ...axis, size: 22, gap: 2 },
          {
            ...axis,
            size: AXIS_WIDTH,
            gap: 4,
            space: 26,
            values: (_, ticks) => ticks.map((tick) => short(tick, 2)),
          },
        ],
        series: [
          {},
          ...data.series.map(({ label, color }) => ({
            label,
            stroke: SERIES_COLOURS[color] as string,
            width: 1.75,
            points: { show: false },
          })),
        ],
      },
      columns,
      cell,
    );
    const head = document.createElement("div");
    head.className = "viewer-playhead";
    plot.over.append(head);
    scrubOn(plot, this.onSeek);
    addLegend(plot, data);
    return { plot, head };
  }
}

/** As wide as the cell that the page gives it: one of one column, or of two. */
function sizeIn(cell: HTMLElement | null): { width: number; height: number } {
  return { width: Math.max(LEAST_WIDTH, cell?.clientWidth ?? 0), height: HEIGHT };
}

function remove(plot: uPlot): void {
  const cell = plot.root.parentElement;
  plot.destroy();
  cell?.remove();
}

/**
 * Go to the time under the pointer, and along with it while it is held. By pointer events: uPlot
 * swallows the click of a press that moved by as much as a pixel.
 */
function scrubOn({ over, posToVal }: uPlot, onSeek: (time: number) => void): void {
  const seek = ({ clientX }: PointerEvent) =>
    onSeek(posToVal(clientX - over.getBoundingClientRect().left, "x"));
  over.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    over.setPointerCapture(event.pointerId);
    seek(event);
  });
  over.addEventListener("pointermove", (event) => {
    if (over.hasPointerCapture(event.pointerId)) seek(event);
  });
}

/** What each line is, after the title: in its colour, and in words. */
function addLegend(plot: uPlot, { series }: PlotData): void {
  const title = plot.root.querySelector(".u-title");
  if (series.length < 2 || !title) return;
  for (const { label, color } of series) {
    const item = document.createElement("span");
    item.textContent = label;
    item.className = "viewer-legend";
    item.style.setProperty("--line", SERIES_COLOURS[color] as string);
    title.append(item);
  }
}

/** A little air above and below, and at least so much from bottom to top. */
function paddedTo(least: number) {
  return (_: uPlot, low: number, high: number): [number, number] => {
    if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, least];
    const span = Math.max(high - low, least);
    const middle = (low + high) / 2;
    return [middle - 0.58 * span, middle + 0.58 * span];
  };
}
