import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../motion/base64";
import { composePage } from "./page";

describe("composePage", () => {
  it("keeps the motion to the last byte", () => {
    const motion = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256);
    const page = composePage("Pendulum", motion, "start()");
    const inlined = /id="motion">([^<]*)</.exec(page)?.[1] ?? "";
    expect(fromBase64(inlined)).toEqual(motion);
    expect(toBase64(motion)).toBe(inlined);
  });

  it("lets neither title nor player break out of their places", () => {
    const page = composePage("<script>x</script>", new Uint8Array(), 'const s = "</script><!--"');
    expect(page).toContain("<title>&lt;script&gt;x&lt;/script&gt;</title>");
    expect(page).toContain('const s = "\\x3C/script>\\x3C!--"');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
  });

  it("asks for nothing from elsewhere", () => {
    const page = composePage("Pendulum", new Uint8Array(), "start()");
    expect(page).not.toMatch(/\b(src|href)=/);
  });
});
