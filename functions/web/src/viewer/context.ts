/** How the browser draws on a canvas by WebGL. */

/** What draws without a graphics card, by the names that browsers give it. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export interface Drawn {
  readonly context: WebGL2RenderingContext;
  /** Whether edges are smoothed: for a processor that costs more than all else of a frame. */
  readonly smooths: boolean;
}

/**
 * Begin to draw on a canvas. Where the processor does it, the canvas says so, by `data-drawn-by`.
 *
 * @throws {Error} the browser can't.
 */
export function openContext(canvas: HTMLCanvasElement): Drawn {
  const smooths = !drawsInSoftware();
  // Opaque, which a renderer's own context never is: then what lies behind need not be mixed in.
  const context = canvas.getContext("webgl2", {
    alpha: false,
    antialias: smooths,
    powerPreference: "high-performance",
  });
  if (!context) throw new Error("no WebGL 2");
  if (!smooths) canvas.dataset.drawnBy = "processor";
  return { context, smooths };
}

function drawsInSoftware(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  if (!context) return false;
  const named = context.getExtension("WEBGL_debug_renderer_info");
  const name = context.getParameter(named?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(String(name));
}
