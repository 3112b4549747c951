/** Images that were just sent, to show until the service has them to show. */

const MOST = 4;
const sent = new Map<string, string>();

export function keepSent(simulationId: string, image: Blob): void {
  sent.set(simulationId, URL.createObjectURL(image));
  for (const [oldest, address] of sent) {
    if (sent.size <= MOST) break;
    URL.revokeObjectURL(address);
    sent.delete(oldest);
  }
}

export function sentImage(simulationId: string): string | undefined {
  return sent.get(simulationId);
}
