import type { ViewerProps } from "./index";

export default function Viewer({ simulationId }: ViewerProps) {
  return <section data-simulation={simulationId} />;
}
