import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { offlinePlayer } from "./build/offlinePlayer.ts";
import { withoutEval } from "./build/withoutEval.ts";

export default defineConfig({
  plugins: [react(), offlinePlayer()],
  // MuJoCo runs in a worker of its own, under the same policy as the page.
  worker: { format: "es", plugins: () => [withoutEval()] },
  build: {
    target: "es2022",
    // The policy allows no data: scripts and few data: anything; small files are cheap over HTTP/2.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // three.js with the viewer, loaded when there is motion to show.
    chunkSizeWarningLimit: 800,
  },
  server: {
    // `npm run dev` beside a stack on another port: API_PORT=8071 npm run dev
    proxy: {
      "/v1": `http://127.0.0.1:${process.env.API_PORT ?? 8000}`,
      "/objects": `http://127.0.0.1:${process.env.API_PORT ?? 8000}`,
      "/live": { target: `ws://127.0.0.1:${process.env.API_PORT ?? 8000}`, ws: true },
    },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"] },
});
