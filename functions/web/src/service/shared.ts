/** The REST API as those see it who were sent a link: one simulation, to look at. */

import { Client } from "./client";
import type { Analysis, Simulation } from "./model";
import { SessionStore } from "./session";

export type Shared = Omit<Simulation, "sketch_id" | "updated_at">;

const NOTHING_KEPT = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
const ANY_SIMULATION = /^\/v1\/simulations\/[^/]+/;

export class SharedClient extends Client {
  constructor(
    private readonly shareToken: string,
    fetcher?: typeof fetch,
  ) {
    super(new SessionStore(NOTHING_KEPT), fetcher);
  }

  private get place(): string {
    return `/v1/shared/${encodeURIComponent(this.shareToken)}`;
  }

  async shared(): Promise<Shared> {
    return (await this.getPublic(this.place)).json() as Promise<Shared>;
  }

  /** What was read in its drawing; null where there is none. */
  async sharedAnalysis({ links }: Shared): Promise<Analysis | null> {
    if (!links.analysis) return null;
    const analysis = (await (await this.getPublic(links.analysis)).json()) as Analysis;
    return { ...analysis, links: { image: links.image ?? "" } };
  }

  /** What an owner asks of the simulation is asked of the link. */
  override get(path: string, headers: Record<string, string> = {}, signal?: AbortSignal) {
    return this.getPublic(path.replace(ANY_SIMULATION, this.place), headers, signal);
  }
}
