/** The live view of one simulation. Its implementation loads when it is first shown. */

import { lazy } from "react";
import type { Client } from "../service/client";
import type { Analysis } from "../service/model";
import type { Socket } from "../service/socket";

export interface ViewerProps {
  simulationId: string;
  /** REST, already signed in; for a shared view it reads by the share's token. */
  client: Client;
  /** The one socket of the page; absent in a shared view that may not play over it. */
  socket: Socket;
  /** What was read of the drawing; absent for sentences and models. */
  analysis?: Analysis | undefined;
  /** The drawing, as an address that an <img> may show. */
  drawingUrl?: string | undefined;
  /** Nobody may change anything. */
  readOnly?: boolean | undefined;
  /** A number of the drawing was changed by a slider: the page runs it again. */
  onParameterChange?: ((textId: string, text: string) => void) | undefined;
}

export const Viewer = lazy(() => import("./Viewer"));
