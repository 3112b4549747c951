/** A motion as one HTML file that plays without a network: frames and a small player inlined. */

import { toBase64 } from "../motion/base64";
import type { Client } from "../service/client";
import { text } from "../text";
import { fetchTrajectory } from "../viewer/feed";

/** Make the file of a finished simulation. */
export async function makePage(
  client: Pick<Client, "get">,
  simulationId: string,
  title: string,
  signal: AbortSignal,
): Promise<Blob> {
  const [{ default: playerAddress }, motion] = await Promise.all([
    import("virtual:offline-player"),
    fetchTrajectory(client, simulationId, signal),
  ]);
  const player = await (await fetch(playerAddress, { signal })).text();
  return new Blob([composePage(title, motion, player)], { type: "text/html" });
}

/** The file's text. */
export function composePage(title: string, motion: Uint8Array, player: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<main id="player"></main>
<footer>${escapeHtml(text.viewer.offline.made)}</footer>
<script type="application/octet-stream" id="motion">${toBase64(motion)}</script>
<script>${inScript(player)}</script>
</body>
</html>
`;
}

function escapeHtml(words: string): string {
  return words.replace(
    /[&<>"]/g,
    (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign,
  );
}

/** A script's text can't hold what would end or comment it out. */
function inScript(code: string): string {
  return code.replace(/<(?=\/script|!--)/gi, "\\x3C");
}
