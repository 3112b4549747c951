/** Small plots against time, one below the other, with a cursor that goes with the motion. */

import uPlot from "uplot";
import type { Track } from "../motion/track";
import { text } from "../text";
import type { Energy } from "./energy";
import { short } from "./units";

const words = text.viewer.plots;
const HEIGHT = 118;
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
}

/** Okabe and Ito's, told apart by nearly everybody; on dark paper the first is lighter. */
export const SERIES_COLOURS = ["#0072b2", "#d55e00", "#009e73"] as const;

/** What is plotted of a body's track, and of the whole motion's energy. */
export function plotsOf(track: Track | null, energy: Energy | null, dt: number): PlotData[] {
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
      series: [
        { label: words.kinetic, color: 1, values: energy.kinetic },
        { label: words.potential, color: 0, values: energy.potential.map((v) => v - lowest) },
        { label: words.total, color: 2, values: total.map((value) => value - lowest) },
      ],
    });
  }
  if (!track) return plots;
  const degrees = track.angle.map((radians) => (radians * 180) / Math.PI);
  plots.push(
    {
      key: "position",
      title: `${words.position} (m)`,
      times: track.times,
      series: [
        { label: "x", color: 0, values: track.x },
        { label: "z", color: 1, values: track.z },
      ],
    },
    {
      key: "speed",
      title: `${words.speed} (m/s)`,
      times: track.times,
      series: [{ label: "v", color: 2, values: track.speed }],
    },
    {
      key: "angle",
      title: `${words.angle} (°)`,
      times: track.times,
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
      for (const { plot } of this.plots.values()) plot.setSize(this.size());
      this.setTime(this.time);
    });
    this.watch.observe(host);
  }

  /** Show these; the ones that are there keep their place. */
  set(all: readonly PlotData[]): void {
    for (const [key, { plot }] of this.plots) {
      if (all.some((data) => data.key === key)) continue;
      plot.destroy();
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
      if (made) this.host.append(made.plot.root);
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
    for (const { plot } of this.plots.values()) plot.destroy();
    this.plots.clear();
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(160, this.host.clientWidth), height: HEIGHT };
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
    const plot = new uPlot(
      {
        ...this.size(),
        class: "viewer-plot",
        title: data.title,
        legend: { show: false },
        cursor: { sync: { key: "simgen" }, y: false, drag: { x: false, y: false } },
        scales: { x: { time: false, range: [0, this.duration] }, y: { range: padded } },
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
      this.host,
    );
    const head = document.createElement("div");
    head.className = "viewer-playhead";
    plot.over.append(head);
    plot.over.addEventListener("click", (event) => {
      this.onSeek(plot.posToVal(event.offsetX, "x"));
    });
    addLegend(plot, data);
    return { plot, head };
  }
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

/** A little air above and below; a flat line is not blown up to the noise in it. */
function padded(_: uPlot, low: number, high: number): [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const span = Math.max(high - low, 1e-3 * Math.max(Math.abs(low), Math.abs(high)), 1e-3);
  const middle = (low + high) / 2;
  return [middle - 0.58 * span, middle + 0.58 * span];
}
