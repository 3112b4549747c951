/** Energies along a motion, as the service computed them. */

import type { Client } from "../service/client";

/** Joules, one a frame. */
export interface Energy {
  readonly kinetic: readonly number[];
  readonly potential: readonly number[];
}

/** The energies of a finished simulation; null where there are none. */
export async function fetchEnergy(
  client: Pick<Client, "get">,
  simulationId: string,
  signal: AbortSignal,
): Promise<Energy | null> {
  try {
    const response = await client.get(`/v1/simulations/${simulationId}/energy`, {}, signal);
    const { kinetic, potential } = (await response.json()) as Energy;
    return { kinetic, potential };
  } catch {
    return null;
  }
}
