/** What the service says: the types of the REST and WebSocket contract. Pixels: y down. */

export type Point = [x: number, y: number];
/** x, y, width, height. */
export type Box = [x: number, y: number, width: number, height: number];

export const MARK_KINDS = [
  "ball",
  "box",
  "polygon",
  "ramp",
  "ground",
  "support",
  "rod",
  "rope",
  "spring",
  "damper",
  "pivot",
  "pulley",
  "wheel",
  "arrow",
  "arc_arrow",
  "pin",
  "roller",
  "load",
  "dimension",
] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

export interface Shape {
  id: string;
  kind: MarkKind;
  confidence: number;
  center: Point;
  bbox: Box;
  /** The outline of a closed mark; of a line, its path from end to end. */
  polygon: Point[];
  angle: number;
  fixed: boolean;
  body: string | null;
  geom: string | null;
  solid: Point | null;
}

export interface Label {
  id: string;
  text: string;
  confidence: number;
  bbox: Box;
  quantity: string | null;
  name: string | null;
  value: number | null;
  unit: string | null;
  attached_to: string | null;
}

export interface Connection {
  id: string;
  kind: string;
  a: string;
  b: string;
  via: string | null;
  at: Point | null;
}

export interface Warning {
  code: string;
  message: string;
  bbox: Box | null;
  suggestion: string | null;
  mark: string | null;
  /** The other reading. */
  correction?: Corrections | null;
}

export interface Analysis {
  sketch_id: string;
  width: number;
  height: number;
  metres_per_pixel: number;
  shapes: Shape[];
  texts: Label[];
  connections: Connection[];
  warnings: Warning[];
  rectify: number[] | null;
  sheet_width?: number | null;
  links?: Record<string, string>;
}

/** Changes by id; null drops what was read, an id that isn't there adds something. */
export interface Corrections {
  shapes?: Record<string, Partial<Pick<Shape, "kind" | "polygon" | "fixed">> | null>;
  texts?: Record<string, Partial<Pick<Label, "text" | "attached_to" | "bbox">> | null>;
}

export const STAGES = ["prepare", "read", "relate", "compile", "simulate", "publish"] as const;
export type Stage = (typeof STAGES)[number];
export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled";

/** An error of the service (RFC 9457). */
export interface Problem {
  title: string;
  status: number;
  detail: string;
  code: string;
  errors: { field: string; message: string }[];
  request_id?: string;
  retry_after?: number;
  suggestion?: string;
  bbox?: Box;
}

export interface Job {
  job_id: string;
  sketch_id: string | null;
  simulation_id: string;
  status: JobStatus;
  stage: Stage | null;
  progress: number;
  error: Problem | null;
  result: Record<string, unknown> | null;
  /** Grows with every change; messages may arrive out of order. */
  version?: number;
}

export interface Started {
  sketch_id: string | null;
  job_id: string;
  simulation_id: string;
}

export interface Body {
  name: string;
  mass_kg: number;
}

export interface Simulation {
  simulation_id: string;
  sketch_id: string | null;
  source: "sketch" | "mjcf" | "prompt";
  status: JobStatus;
  title: string;
  prompt: string;
  duration: number | null;
  fps: number | null;
  gravity: number | null;
  frames: number | null;
  bodies: Body[];
  energy: Record<string, unknown>;
  created_at: string;
  updated_at: string;
  links: Record<string, string>;
}

export interface Template {
  name: string;
  title: string;
  description: string;
  marks: string[];
  labels: string[];
  expected: { quantity: string; of: string; value: number; unit: string; formula: string }[];
  links: Record<string, string>;
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export interface Session {
  session_id: string;
  token: string;
  expires_at: string;
}

export function isFinished(job: Job): boolean {
  return job.status === "succeeded" || job.status === "failed" || job.status === "cancelled";
}
