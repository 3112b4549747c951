/**
 * Builds the player of exported pages into one script, and serves it as an asset of the page whose
 * address `virtual:offline-player` is.
 */

import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";

const NAME = "virtual:offline-player";
const ENTRY = fileURLToPath(new URL("../src/offline/main.ts", import.meta.url));

/** The script, whole: nothing is imported at run time. */
export async function buildOfflinePlayer(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      lib: { entry: ENTRY, formats: ["iife"], name: "simgen" },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  if (!first || !("output" in first)) throw new Error("the offline player was not built");
  const [chunk] = first.output;
  return chunk.code;
}

export function offlinePlayer(): Plugin {
  return {
    name: "offline-player",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    async load(id) {
      if (id !== `\0${NAME}`) return null;
      const source = await buildOfflinePlayer();
      if (this.meta.watchMode) {
        const text = JSON.stringify(source);
        return `export default URL.createObjectURL(new Blob([${text}], { type: "text/javascript" }))`;
      }
      const asset = this.emitFile({ type: "asset", name: "offline-player.js", source });
      return `export default import.meta.ROLLUP_FILE_URL_${asset}`;
    },
  };
}
